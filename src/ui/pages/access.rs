//! Who may act for a person: browsers that are signed in, tokens that programs carry.

use crate::domain::access::{PersonalToken, Scope, SessionLine};
use crate::server_fns::access::{AccessContent, CreateToken, DeleteToken, EndOtherSessions, EndSession, get_access};
use crate::ui::components::loading::{follow, load, loaded};
use crate::ui::components::times::Ago;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/access`
#[component]
pub fn AccessPage() -> impl IntoView {
    let (create, delete) = (ServerAction::<CreateToken>::new(), ServerAction::<DeleteToken>::new());
    let (end, end_others) = (ServerAction::<EndSession>::new(), ServerAction::<EndOtherSessions>::new());
    follow(create);
    follow(delete);
    follow(end);
    follow(end_others);
    let content = load(String::new, |_| get_access());
    view! {
        <Title text="Sessions and tokens" />
        <p class="crumbs">
            <a href="/account">"Account"</a>
        </p>
        <h1>"Sessions and tokens"</h1>
        {loaded(
            content,
            move |AccessContent { sessions, tokens }| {
                view! {
                    <Sessions sessions end end_others />
                    <Tokens tokens create delete />
                }
                .into_any()
            },
        )}
    }
}

#[component]
fn Sessions(
    sessions: Vec<SessionLine>,
    end: ServerAction<EndSession>,
    end_others: ServerAction<EndOtherSessions>,
) -> impl IntoView {
    let has_others = sessions.iter().any(|one| !one.is_this);
    let rows = sessions.into_iter().map(|one| {
        let of = format!(": {}", one.browser);
        let cell = match one.is_this {
            true => view! { "This one" }.into_any(),
            false => view! {
                <ActionForm action=end>
                    <input type="hidden" name="id" value=one.id />
                    <button type="submit" class="button button-small">
                        "Sign out"
                        <span class="visually-hidden">{of}</span>
                    </button>
                </ActionForm>
            }
            .into_any(),
        };
        view! {
            <tr>
                <th scope="row">{one.browser}</th>
                <td data-label="Signed in">
                    <Ago instant=one.signed_in_at />
                </td>
                <td data-label="Last seen">
                    <Ago instant=one.last_seen_at />
                </td>
                <td>{cell}</td>
            </tr>
        }
        .into_any()
    });
    let rows = rows.collect_view();
    view! {
        <section class="panel" aria-labelledby="sessions">
            <h2 id="sessions">"Where you are signed in"</h2>
            <table class="rows-on-narrow">
                <caption class="visually-hidden">"Browsers in which you are signed in"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Browser"</th>
                        <th scope="col">"Signed in"</th>
                        <th scope="col">"Last seen"</th>
                        <td></td>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {has_others.then(|| view! {
                <ActionForm action=end_others>
                    <button type="submit" class="button">
                        "Sign out everywhere else"
                    </button>
                </ActionForm>
            })}
        </section>
    }
}

#[component]
fn Tokens(
    tokens: Vec<PersonalToken>,
    create: ServerAction<CreateToken>,
    delete: ServerAction<DeleteToken>,
) -> impl IntoView {
    let is_empty = tokens.is_empty();
    let rows = tokens.into_iter().map(|one| token_row(one, delete)).collect_view();
    view! {
        <section class="panel" aria-labelledby="tokens">
            <h2 id="tokens">"Tokens for your programs"</h2>
            <p>
                "A program that sends one as "
                <code>"Authorization: Bearer hw_…"</code>
                " acts for you, as far as the token allows. None opens these pages, other tokens or the deletion of your data. "
                <a href="/api/docs" rel="external">
                    "What programs can ask"
                </a>
            </p>
            {match is_empty {
                true => view! { <p class="quiet">"You have none."</p> }.into_any(),
                false => view! {
                    <table class="rows-on-narrow">
                        <caption class="visually-hidden">"Your tokens, the newest first"</caption>
                        <thead>
                            <tr>
                                <th scope="col">"Token"</th>
                                <th scope="col">"May"</th>
                                <th scope="col">"Expires"</th>
                                <th scope="col">"Last used"</th>
                                <td></td>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                }
                .into_any(),
            }}
            <NewTokenForm create />
        </section>
    }
}

fn token_row(one: PersonalToken, delete: ServerAction<DeleteToken>) -> AnyView {
    let scopes: Vec<&str> = one.scopes.iter().map(|scope| scope.words()).collect();
    let of = format!(" {}", one.name);
    view! {
        <tr>
            <th scope="row">{one.name}</th>
            <td data-label="May">{scopes.join("; ")}</td>
            <td data-label="Expires">
                {match one.expires_at {
                    Some(at) => view! { <Ago instant=at /> }.into_any(),
                    None => view! { "never" }.into_any(),
                }}
            </td>
            <td data-label="Last used">
                {match one.last_used_at {
                    Some(at) => view! { <Ago instant=at /> }.into_any(),
                    None => view! { "not yet" }.into_any(),
                }}
            </td>
            <td>
                <ActionForm action=delete>
                    <input type="hidden" name="id" value=one.id />
                    <button type="submit" class="button button-small">
                        "Revoke"
                        <span class="visually-hidden">{of}</span>
                    </button>
                </ActionForm>
            </td>
        </tr>
    }
    .into_any()
}

#[component]
fn NewTokenForm(create: ServerAction<CreateToken>) -> impl IntoView {
    let scopes = Scope::ALL.map(|scope| {
        view! {
            <label class="choice">
                <input type="checkbox" name="scopes[]" value=scope.as_str() checked=scope == Scope::Read />
                {scope.words()}
            </label>
        }
        .into_any()
    });
    let ends = [(30, "After 30 days"), (90, "After 90 days"), (365, "After a year"), (0, "Never")];
    let ends = ends.map(|(days, words)| view! { <option value=days selected=days == 90>{words}</option> }.into_any());
    view! {
        <h3>"Make a token"</h3>
        <ActionForm action=create>
            <div class="field">
                <label for="name">"What it is for"</label>
                <input id="name" name="name" required maxlength="100" autocomplete="off" />
            </div>
            <fieldset>
                <legend>"It may"</legend>
                {scopes.into_iter().collect_view()}
            </fieldset>
            <div class="field">
                <label for="days">"It expires"</label>
                <select id="days" name="days">
                    {ends.into_iter().collect_view()}
                </select>
            </div>
            <p>
                <button type="submit" class="button">
                    "Make token"
                </button>
            </p>
        </ActionForm>
    }
}
