//! What stands around every page: header, banners, footer.

use crate::domain::me::{Connection, Me};
use crate::server_fns::me::{Session, report_time_zone};
use crate::ui::components::activity::{Activity, ActivityItem};
use crate::ui::components::icon::Icon;
use crate::ui::components::loading::{Loaded, loaded_or_nothing};
use crate::ui::components::theme_switch::ThemeSwitch;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_location;

/// Runs a part of the page with the session, once it is known; shows nothing before.
fn with_session(show: impl Fn(Session) -> AnyView + Send + Sync + 'static) -> AnyView {
    loaded_or_nothing(expect_context::<Loaded<Session>>(), show)
}

/// Product name, navigation, account.
#[component]
pub fn Header() -> impl IntoView {
    let activity = expect_context::<Activity>();
    view! {
        <header class="site-header">
            <a class="brand" href="/">
                <Icon name="headwater" />
                "Headwater"
            </a>
            <nav aria-label="Main" class="site-nav">
                {with_session(move |session| {
                    activity.take(session.me.is_some().then_some(session.running));
                    match session.me {
                        Some(me) => signed_in_links(&me).into_any(),
                        None => signed_out_links().into_any(),
                    }
                })}
            </nav>
            {with_session(|session| session.me.map(|_| view! { <ActivityItem /> }).into_any())}
        </header>
    }
}

fn signed_in_links(me: &Me) -> impl IntoView {
    let name = me.display_name.clone();
    view! {
        <ul>
            <li>
                <A href="/" exact=true>
                    "Base playlists"
                </A>
            </li>
            <li>
                <A href="/history">"History"</A>
            </li>
            <li>
                <A href="/account">
                    <span class="visually-hidden">"Account of "</span>
                    <span class="account-name">{name}</span>
                </A>
            </li>
        </ul>
    }
}

fn signed_out_links() -> impl IntoView {
    view! {
        <ul>
            <li>
                <A href="/privacy">"Privacy"</A>
            </li>
        </ul>
    }
}

/// "Demo data" and "Reconnect", on every page where they are true.
#[component]
pub fn Banners() -> impl IntoView {
    let path = use_location().pathname;
    with_session(move |session| {
        let Some(me) = session.me else { return ().into_any() };
        if session.wants_time_zone {
            Effect::new(|_| report_zone());
        }
        let back = path.get_untracked();
        view! {
            {me.demo.then(demo_banner)}
            {(me.connection == Connection::ReconnectNeeded).then(|| reconnect_banner(back))}
        }
        .into_any()
    })
}

/// Days of rules are counted where the person lives, who is not asked for what the browser knows.
fn report_zone() {
    use leptos::web_sys::js_sys::{Array, Intl, Object, Reflect};
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    let zone = Reflect::get(&options, &"timeZone".into()).ok().and_then(|zone| zone.as_string());
    if let Some(zone) = zone {
        // Without it the days are those of UTC; the next page tries again.
        leptos::task::spawn_local(async move { drop(report_time_zone(zone).await) });
    }
}

fn demo_banner() -> impl IntoView {
    view! {
        <div class="banner">
            <p>
                <strong>"Demo data"</strong>
                " – a made-up Spotify with three playlists; nothing leaves this machine."
            </p>
            <form method="post" action="/auth/demo/reset">
                <button type="submit" class="button button-small">
                    "Reset"
                </button>
            </form>
        </div>
    }
}

fn reconnect_banner(back: String) -> impl IntoView {
    view! {
        <div class="banner banner-warning">
            <p>
                <strong>"Reconnect Spotify"</strong>
                " – your consent has ended or was withdrawn. Nothing is lost; syncs wait until you sign in again."
            </p>
            <a class="button button-small" href=format!("/auth/login?return_to={back}") rel="external">
                "Reconnect"
            </a>
        </div>
    }
}

/// The button that signs in, as this installation does it.
#[component]
pub fn SignInButton() -> impl IntoView {
    let path = use_location().pathname;
    with_session(move |session| {
        let back = path.get_untracked();
        match (session.setup.demo, session.setup.configured) {
            (true, _) => try_demo().into_any(),
            (false, true) => connect_spotify(back).into_any(),
            (false, false) => set_up().into_any(),
        }
    })
}

/// A form: making an account changes state.
pub fn try_demo() -> impl IntoView {
    view! {
        <form method="post" action="/auth/demo">
            <button type="submit" class="button button-primary">
                "Try the demo"
            </button>
        </form>
    }
}

/// A link: the browser goes to Spotify and comes back to `back`.
pub fn connect_spotify(back: String) -> impl IntoView {
    view! {
        <a class="button button-primary" href=format!("/auth/login?return_to={back}") rel="external">
            "Connect Spotify"
        </a>
    }
}

fn set_up() -> impl IntoView {
    view! {
        <a class="button button-primary" href="/setup">
            "Connect Spotify"
        </a>
    }
}

/// Who made this and who did not.
#[component]
pub fn Footer() -> impl IntoView {
    view! {
        <footer class="site-footer">
            <p>
                "Headwater for Spotify. It is not made, endorsed or checked by Spotify. Covers, names and songs belong to their owners."
            </p>
            <ThemeSwitch />
            <ul>
                <li>
                    <a href="/tags">"Tags"</a>
                </li>
                <li>
                    <a href="/privacy">"Privacy"</a>
                </li>
                <li>
                    <a href="/setup">"Set-up"</a>
                </li>
                <li>
                    <a href="/docs/fields">"Fields"</a>
                </li>
                <li>
                    <a href="/api/docs" rel="external">
                        "API"
                    </a>
                </li>
            </ul>
        </footer>
    }
}
