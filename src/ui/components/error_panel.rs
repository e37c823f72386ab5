//! An error in place: what happened, what to do, and the button for it.

use crate::error::{AppError, ErrorCode};
use crate::ui::components::icon::Icon;
use crate::ui::components::layout::SignInButton;
use leptos::prelude::*;
use leptos_meta::Title;

/// Fills the place of what could not be shown.
#[component]
pub fn ErrorPanel(error: AppError) -> impl IntoView {
    let (heading, cure) = match error.code {
        ErrorCode::SignedOut => ("Sign in first", view! { <SignInButton /> }.into_any()),
        ErrorCode::NotFound => ("There is nothing here", home_link().into_any()),
        ErrorCode::ReconnectNeeded => ("Spotify asks you to sign in again", reconnect_link().into_any()),
        ErrorCode::SyncRunning => ("A sync is running", run_link(error.sync_event_id.clone()).into_any()),
        ErrorCode::BadRequest
        | ErrorCode::Forbidden
        | ErrorCode::Conflict
        | ErrorCode::PreconditionFailed
        | ErrorCode::TooLarge
        | ErrorCode::UnsupportedMediaType
        | ErrorCode::Invalid
        | ErrorCode::TooManyRequests
        | ErrorCode::SpotifyUnavailable
        | ErrorCode::Internal
        | ErrorCode::Unavailable => ("That did not work", again_link().into_any()),
    };
    #[cfg(feature = "ssr")]
    if let (ErrorCode::NotFound, Some(response)) = (error.code, use_context::<leptos_axum::ResponseOptions>()) {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    // To be asked for a sign-in is no failure.
    let is_failure = error.code != ErrorCode::SignedOut;
    let (class, icon) = if is_failure { ("panel panel-error", "alert") } else { ("panel", "lock") };
    view! {
        <Title text=heading />
        <section class=class>
            <h1>
                <Icon name=icon />
                {heading}
            </h1>
            <p>{error.detail}</p>
            {error.hint.map(|hint| view! { <p>{hint}</p> })}
            <div class="actions">{cure}</div>
        </section>
    }
}

/// Fills the place of a part of a page: without a heading of its own.
#[component]
pub fn ErrorNote(error: AppError) -> impl IntoView {
    view! {
        <div class="notice notice-error" role="alert">
            <Icon name="alert" />
            <div>
                <p>{error.detail}</p>
                {error.hint.map(|hint| view! { <p>{hint}</p> })}
            </div>
        </div>
    }
}

fn home_link() -> impl IntoView {
    view! {
        <a class="button" href="/">
            "Go to your base playlists"
        </a>
    }
}

fn again_link() -> impl IntoView {
    // An empty reference is this very page, read anew.
    view! {
        <a class="button" href="" rel="external">
            "Try again"
        </a>
    }
}

fn reconnect_link() -> impl IntoView {
    view! {
        <a class="button" href="/auth/login?return_to=/" rel="external">
            "Reconnect"
        </a>
    }
}

fn run_link(sync_event_id: Option<String>) -> impl IntoView {
    let href = sync_event_id.map_or_else(|| "/history".to_owned(), |id| format!("/history/{id}"));
    view! {
        <a class="button" href=href>
            "See the running sync"
        </a>
    }
}
