//! How to give this installation a Spotify client id.

use crate::server_fns::me::Session;
use crate::server_fns::setup::CheckSetup;
use crate::ui::components::loading::{Loaded, follow, loaded};
use leptos::prelude::*;
use leptos_meta::Title;

/// `/setup`
#[component]
pub fn SetupPage() -> impl IntoView {
    let session = expect_context::<Loaded<Session>>();
    let check = ServerAction::<CheckSetup>::new();
    follow(check);
    view! {
        <Title text="Set-up" />
        {loaded(session, move |session| view! { <Steps session check /> }.into_any())}
    }
}

#[component]
fn Steps(session: Session, check: ServerAction<CheckSetup>) -> impl IntoView {
    let setup = session.setup;
    let state = match (setup.configured, setup.demo) {
        (true, _) => "A client id is set: people can sign in with Spotify.",
        (false, true) => "No client id is set, so this is the demo. Three steps connect it to your Spotify.",
        (false, false) => "No client id is set yet. Three steps connect this to your Spotify.",
    };
    let env = format!("SPOTIFY_CLIENT_ID=your client id\nHEADWATER_PUBLIC_URL={}", setup.public_url);
    view! {
        <h1>"Connect your own Spotify"</h1>
        <p>{state}</p>
        <ol class="steps">
            <li>
                <h2>"Make an app at Spotify"</h2>
                <p>
                    "Open "
                    <a href="https://developer.spotify.com/dashboard" rel="external noopener" target="_blank">
                        "Spotify’s dashboard"
                        <span class="visually-hidden">" (new tab)"</span>
                    </a>
                    ", press “Create app” and enter this redirect URI exactly – with 127.0.0.1, Spotify refuses localhost:"
                </p>
                <pre class="copy">
                    <code>{setup.redirect_uri}</code>
                </pre>
                <p class="quiet">
                    "A new app is in development mode: it serves up to five people you name, and Spotify withholds popularity, followers and mostly genres from it."
                </p>
            </li>
            <li>
                <h2>"Check the client id"</h2>
                <CheckForm check />
            </li>
            <li>
                <h2>"Put it into .env and start again"</h2>
                <pre class="copy">
                    <code>{env}</code>
                </pre>
                <p>"No client secret is needed. The redirect URI proves itself at the first sign-in."</p>
            </li>
        </ol>
    }
}

#[component]
fn CheckForm(check: ServerAction<CheckSetup>) -> impl IntoView {
    let answer = move || {
        check.value().get().map(|answer| match answer {
            Ok(words) => words,
            Err(error) => format!("{} {}", error.detail, error.hint.unwrap_or_default()),
        })
    };
    view! {
        <p>"Sends a made-up code to Spotify: its answer tells whether it knows the id. Nothing is stored."</p>
        <ActionForm action=check>
            <div class="field">
                <label for="client_id">"Client id"</label>
                <input
                    id="client_id"
                    name="client_id"
                    required
                    maxlength="64"
                    autocomplete="off"
                    spellcheck="false"
                />
            </div>
            <button type="submit" class="button">
                "Check"
            </button>
        </ActionForm>
        <p role="status">{answer}</p>
    }
}
