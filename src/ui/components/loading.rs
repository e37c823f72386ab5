//! How pages get what they show: one pattern for waiting, failing and refreshing. Only text passes through
//! the framework's generic parts, so that the browser carries them once.

use crate::error::{AppError, ErrorCode};
use crate::server_fns::me::{Session, get_session};
use crate::server_fns::wire::Wire;
use crate::ui::components::error_panel::{ErrorNote, ErrorPanel};
use crate::ui::components::toasts::Toaster;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

/// Counts changes made from this browser: what tracks it is read again.
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

type Answer = Result<String, AppError>;
type Fetching = Pin<Box<dyn Future<Output = Answer> + Send>>;
type Show = Arc<dyn Fn(Answer) -> AnyView + Send + Sync>;

/// What a page waits for.
pub struct Loaded<T> {
    text: Resource<Answer>,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Loaded<T> {}

/// Asks whenever `key` gives another text, and after each change. Called by pages and never inside of what
/// waits: there it would be made anew on each try.
pub fn load<T, F>(
    key: impl Fn() -> String + Send + Sync + 'static,
    fetch: impl Fn(String) -> F + Send + Sync + 'static,
) -> Loaded<T>
where
    T: 'static,
    F: Future<Output = Result<Wire<T>, AppError>> + Send + 'static,
{
    let refresh = expect_context::<Refresh>();
    load_by(Box::new(move || (key(), refresh.count())), fetch)
}

/// The same, but not after changes: for what a person is editing.
pub fn load_once<T, F>(
    key: impl Fn() -> String + Send + Sync + 'static,
    fetch: impl Fn(String) -> F + Send + Sync + 'static,
) -> Loaded<T>
where
    T: 'static,
    F: Future<Output = Result<Wire<T>, AppError>> + Send + 'static,
{
    load_by(Box::new(move || (key(), 0)), fetch)
}

fn load_by<T, F>(
    key: Box<dyn Fn() -> (String, u32) + Send + Sync>,
    fetch: impl Fn(String) -> F + Send + Sync + 'static,
) -> Loaded<T>
where
    T: 'static,
    F: Future<Output = Result<Wire<T>, AppError>> + Send + 'static,
{
    let fetch = move |key| -> Fetching {
        let fetching = fetch(key);
        Box::pin(async move { fetching.await.map(Wire::into_json) })
    };
    Loaded { text: load_text(key, Box::new(fetch)), kind: PhantomData }
}

fn load_text(
    key: Box<dyn Fn() -> (String, u32) + Send + Sync>,
    fetch: Box<dyn Fn(String) -> Fetching + Send + Sync>,
) -> Resource<Answer> {
    Resource::new(key, move |(key, _)| fetch(key))
}

/// Who is here: read once per document and after each change.
pub fn session_resource() -> Loaded<Session> {
    load(String::new, |_| get_session())
}

/// Shows a resource: a skeleton while it is on its way, the error with its cure, or the view.
pub fn loaded<T: DeserializeOwned + 'static>(
    resource: Loaded<T>,
    show: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    waiting(resource.text, skeleton, read_then(show, |error| view! { <ErrorPanel error /> }.into_any()))
}

/// The same for a part of a page, with the error as a note in its place.
pub fn loaded_part<T: DeserializeOwned + 'static>(
    resource: Loaded<T>,
    show: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    waiting(resource.text, at_work, read_then(show, |error| view! { <ErrorNote error /> }.into_any()))
}

/// The same for what is better absent than wrong: nothing while it is on its way, nothing on an error.
pub fn loaded_or_nothing<T: DeserializeOwned + 'static>(
    resource: Loaded<T>,
    show: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    waiting(resource.text, || ().into_any(), read_then(show, |_| ().into_any()))
}

fn read_then<T: DeserializeOwned + 'static>(
    show: impl Fn(T) -> AnyView + Send + Sync + 'static,
    fail: fn(AppError) -> AnyView,
) -> Show {
    Arc::new(move |answer| match answer.and_then(|json| Wire::from_json(json).read()) {
        Ok(found) => show(found),
        Err(error) => fail(error),
    })
}

fn waiting(text: Resource<Answer>, meanwhile: fn() -> AnyView, show: Show) -> AnyView {
    view! {
        <Transition fallback=meanwhile>
            {move || {
                let show = show.clone();
                Suspend::new(async move { show(text.await) })
            }}
        </Transition>
    }
    .into_any()
}

fn skeleton() -> AnyView {
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">"Loading"</span>
        </div>
    }
    .into_any()
}

fn at_work() -> AnyView {
    view! { <p class="quiet">"Working it out"</p> }.into_any()
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
            if error.code != ErrorCode::SyncRunning {
                toaster.error(&error);
            }
            refresh.bump();
        }
    });
}
