//! How pages get what they show: one pattern for waiting, failing and refreshing.

use crate::error::AppError;
use crate::server_fns::me::{Session, get_session};
use crate::ui::components::error_panel::{ErrorNote, ErrorPanel};
use crate::ui::components::toasts::Toaster;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Counts changes made from this browser: resources that track it are read again.
#[derive(Clone, Copy)]
pub struct Refresh(RwSignal<u32>);

impl Refresh {
    /// Nothing changed yet.
    pub fn new() -> Self {
        Self(RwSignal::new(0))
    }
    /// The count; tracked.
    pub fn count(self) -> u32 {
        self.0.get()
    }
    /// Something changed: read again.
    pub fn bump(self) {
        self.0.update(|count| *count += 1);
    }
}

impl Default for Refresh {
    fn default() -> Self {
        Self::new()
    }
}

/// What a page waits for.
pub type Loaded<T> = Resource<Result<T, AppError>>;

/// Who is here: read once per document and after each change.
pub fn session_resource() -> Loaded<Session> {
    let refresh = expect_context::<Refresh>();
    Resource::new(move || refresh.count(), |_| get_session())
}

/// Shows a resource: a skeleton while it is on its way, the error with its cure, or the view.
pub fn loaded<T>(resource: Loaded<T>, show: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    view! {
        <Transition fallback=|| {
            view! {
                <div class="skeleton" role="status">
                    <span class="visually-hidden">"Loading"</span>
                </div>
            }
        }>
            {move || {
                let show = show.clone();
                Suspend::new(async move {
                    match resource.await {
                        Ok(found) => show(found),
                        Err(error) => view! { <ErrorPanel error /> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

/// The same for a part of a page, with the error as a note in its place.
pub fn loaded_part<T>(resource: Loaded<T>, show: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    view! {
        <Transition fallback=|| view! { <p class="quiet">"Working it out"</p> }>
            {move || {
                let show = show.clone();
                Suspend::new(async move {
                    match resource.await {
                        Ok(found) => show(found),
                        Err(error) => view! { <ErrorNote error /> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

/// After an action: read again on success; on failure a lasting toast. A sync that runs already is
/// no failure to the reader: the page is read again and shows it.
pub fn follow<S>(action: ServerAction<S>)
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let (refresh, toaster) = (expect_context::<Refresh>(), expect_context::<Toaster>());
    Effect::new(move |_| match action.value().get() {
        None => {}
        Some(Ok(_)) => refresh.bump(),
        Some(Err(error)) => {
            if error.code != crate::error::ErrorCode::SyncRunning {
                toaster.error(&error);
            }
            refresh.bump();
        }
    });
}
