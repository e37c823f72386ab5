//! The person: what Spotify lets the app see, the time zone, leaving.

use crate::domain::capability::{ApiMode, Capabilities};
use crate::domain::me::{Connection, Me};
use crate::server_fns::me::{DeleteMe, Session, SetTimeZone};
use crate::ui::components::icon::Icon;
use crate::ui::components::layout::SignInButton;
use crate::ui::components::loading::{Loaded, follow, loaded};
use crate::ui::components::times::Ago;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/account`
#[component]
pub fn AccountPage() -> impl IntoView {
    let session = expect_context::<Loaded<Session>>();
    view! {
        <Title text="Account" />
        {loaded(session, |session| match session.me {
            Some(me) => view! { <Account me /> }.into_any(),
            None => view! {
                <section class="empty">
                    <h1>"Account"</h1>
                    <p>"You are signed out. Sign in to see your account."</p>
                    <div class="actions">
                        <SignInButton />
                    </div>
                </section>
            }
            .into_any(),
        })}
    }
}

#[component]
fn Account(me: Me) -> impl IntoView {
    let connection = match me.connection {
        Connection::Ok => "Connected.",
        Connection::ReconnectNeeded => "Spotify no longer accepts our tokens: reconnect to sync again.",
    };
    view! {
        <h1>"Account"</h1>
        <section class="panel" aria-labelledby="who">
            <h2 id="who">{me.display_name.clone()}</h2>
            <p>
                "Spotify user "
                <code>{me.spotify_user_id.clone()}</code>
                ". "
                {connection}
                " Your consent ends "
                <Ago instant=me.consent_expires_at.clone() />
                "."
            </p>
            <form method="post" action="/auth/logout">
                <button type="submit" class="button">
                    "Sign out"
                </button>
            </form>
        </section>
        <Capability mode=me.api_mode capabilities=me.capabilities />
        <p>
            <a href="/cache">"What the cache holds, and what it spared your syncs"</a>
        </p>
        <p>
            <a href="/access">"Where you are signed in, and tokens for your programs"</a>
        </p>
        <p>
            <a href="/notifications">"Notifications: hear when a sync has ended"</a>
        </p>
        <TimeZone time_zone=me.time_zone.clone() />
        <ExportSection />
        <DeleteSection />
    }
}

#[component]
fn Capability(mode: ApiMode, capabilities: Capabilities) -> impl IntoView {
    let mode = match mode {
        ApiMode::Extended => "Extended quota: Spotify answers for many songs at once.",
        ApiMode::Development => "Development mode: Spotify answers one by one and withholds some fields.",
    };
    let fields = [
        ("Popularity of songs", capabilities.popularity),
        ("Popularity of artists", capabilities.artist_popularity),
        ("Followers of artists", capabilities.artist_followers),
        ("Genres", capabilities.genre),
        ("Your Liked Songs (if you allowed it when you signed in)", capabilities.liked),
    ];
    let lines = fields.into_iter().map(|(name, is_delivered)| {
        let (icon, words) = if is_delivered { ("check", "delivered") } else { ("x", "withheld from this app") };
        view! {
            <li>
                <Icon name=icon />
                {name}
                ": "
                {words}
            </li>
        }
    });
    view! {
        <section class="panel" aria-labelledby="sees">
            <h2 id="sees">"What Spotify lets this app see"</h2>
            <p>{mode}</p>
            <ul class="plain">{lines.collect_view()}</ul>
            <p class="quiet">
                "A rule on a withheld field cannot be judged; its child playlist is then left as it is, never emptied."
            </p>
        </section>
    }
}

#[component]
fn TimeZone(time_zone: String) -> impl IntoView {
    let save = ServerAction::<SetTimeZone>::new();
    follow(save);
    view! {
        <section class="panel" aria-labelledby="zone">
            <h2 id="zone">"Time zone"</h2>
            <ActionForm action=save>
                <div class="field">
                    <label for="time_zone">"Days of rules such as “added in the last 30 days” are counted in"</label>
                    <input
                        id="time_zone"
                        name="time_zone"
                        required
                        maxlength="64"
                        value=time_zone
                        autocomplete="off"
                        aria-describedby="zone-hint"
                    />
                    <p id="zone-hint" class="quiet">
                        "A name such as Europe/Berlin or America/New_York."
                    </p>
                </div>
                <button type="submit" class="button">
                    "Save time zone"
                </button>
            </ActionForm>
        </section>
    }
}

#[component]
fn ExportSection() -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="export">
            <h2 id="export">"Take my data with me"</h2>
            <p>
                "One file with everything that is stored of you: playlists, rules, tags, the history with what children held. Tokens are not in it."
            </p>
            <p>
                <a class="button" href="/api/me/export" rel="external">
                    "Download as JSON"
                </a>
            </p>
        </section>
    }
}

#[component]
fn DeleteSection() -> impl IntoView {
    let delete = ServerAction::<DeleteMe>::new();
    follow(delete);
    view! {
        <section class="panel" aria-labelledby="leave">
            <h2 id="leave">"Disconnect and delete my data"</h2>
            <p>
                "Stops running syncs, then erases tokens, bases, children, rules and history here. Playlists at Spotify stay. This cannot be undone. "
                <a href="/privacy">"What is stored"</a>
            </p>
            <ActionForm action=delete>
                <div class="field">
                    <label for="confirm">"Type “delete” to confirm"</label>
                    <input id="confirm" name="confirm" required autocomplete="off" autocapitalize="none" />
                </div>
                <button type="submit" class="button button-danger">
                    "Delete my data"
                </button>
            </ActionForm>
        </section>
    }
}
