//! How a person hears of ended syncs without looking: a webhook and a feed.

use crate::domain::webhook::{Told, Webhook, WebhookDelivery};
use crate::server_fns::webhooks::{DeleteWebhook, NotificationsContent, SetWebhook, TryWebhook, get_notifications};
use crate::ui::browser::{MayNotify, ask_to_notify, may_notify};
use crate::ui::components::loading::{follow, load, loaded};
use crate::ui::components::times::Ago;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/notifications`
#[component]
pub fn NotificationsPage() -> impl IntoView {
    let (set, trial, delete) =
        (ServerAction::<SetWebhook>::new(), ServerAction::<TryWebhook>::new(), ServerAction::<DeleteWebhook>::new());
    follow(set);
    follow(trial);
    follow(delete);
    let content = load(String::new, |_| get_notifications());
    view! {
        <Title text="Notifications" />
        <h1>"Notifications"</h1>
        <p class="lead">"Hear when a sync has ended, without opening Headwater."</p>
        {loaded(
            content,
            move |NotificationsContent { webhook, secret, feed_url }| {
                view! {
                    <WebhookForm webhook=webhook.clone() set />
                    {webhook.map(|webhook| view! { <Messages webhook secret trial delete /> })}
                    <BrowserSection />
                    <FeedSection feed_url />
                }
                .into_any()
            },
        )}
    }
}

#[component]
fn WebhookForm(webhook: Option<Webhook>, set: ServerAction<SetWebhook>) -> impl IntoView {
    let is_new = webhook.is_none();
    let (url, told) = webhook.map(|webhook| (webhook.url, webhook.told)).unwrap_or_default();
    let choices = Told::ALL.map(|one| {
        view! {
            <label class="choice">
                <input type="radio" name="told" value=one.as_str() checked=one == told />
                {one.words()}
            </label>
        }
        .into_any()
    });
    view! {
        <section class="panel" aria-labelledby="webhook">
            <h2 id="webhook">"Webhook"</h2>
            <p>
                "Each ended sync is sent as JSON to an address of yours, signed as the "
                <a href="https://www.standardwebhooks.com" rel="external noopener">
                    "Standard Webhooks"
                </a>
                " specification says. What does not arrive is tried again for more than a day."
            </p>
            <ActionForm action=set>
                <div class="field">
                    <label for="url">"Address"</label>
                    <input
                        id="url"
                        name="url"
                        type="url"
                        required
                        maxlength="500"
                        value=url
                        autocomplete="off"
                        placeholder="https://example.org/headwater"
                    />
                </div>
                <fieldset>
                    <legend>"Tell"</legend>
                    {choices.into_iter().collect_view()}
                </fieldset>
                {(!is_new).then(|| view! {
                    <label class="choice">
                        <input type="checkbox" name="new_secret" value="true" />
                        "Make a new secret; the one before stops at once"
                    </label>
                })}
                <p>
                    <button type="submit" class="button">
                        "Save webhook"
                    </button>
                </p>
            </ActionForm>
        </section>
    }
}

fn state_words(one: &WebhookDelivery) -> String {
    let tries = if one.tries == 1 { "one try".to_owned() } else { format!("{} tries", one.tries) };
    match (&one.delivered_at, &one.error, &one.next_try_at) {
        (Some(_), _, _) => format!("Arrived after {tries}"),
        (None, None, _) => "On its way".to_owned(),
        (None, Some(error), Some(_)) => format!("Failed after {tries}: {error}; tried again"),
        (None, Some(error), None) => format!("Given up after {tries}: {error}"),
    }
}

#[component]
fn Messages(
    webhook: Webhook,
    secret: Option<String>,
    trial: ServerAction<TryWebhook>,
    delete: ServerAction<DeleteWebhook>,
) -> impl IntoView {
    let is_empty = webhook.deliveries.is_empty();
    let rows = webhook.deliveries.into_iter().map(|one| {
        let state = state_words(&one);
        let next = one.next_try_at.filter(|_| one.error.is_some());
        let about = match one.sync_event_id {
            Some(id) => view! { <a href=format!("/history/{id}")>"A sync"</a> }.into_any(),
            None => view! { "A trial" }.into_any(),
        };
        view! {
            <tr>
                <th scope="row">{about} " " <Ago instant=one.created /></th>
                <td data-label="State">{state} {next.map(|at| view! { " " <Ago instant=at /> })}</td>
            </tr>
        }
        .into_any()
    });
    let rows = rows.collect_view();
    view! {
        <section class="panel" aria-labelledby="messages">
            <h2 id="messages">"Last messages"</h2>
            <div class="actions">
                <ActionForm action=trial>
                    <button type="submit" class="button">
                        "Send a trial"
                    </button>
                </ActionForm>
                <ActionForm action=delete>
                    <button type="submit" class="button button-quiet">
                        "Remove webhook"
                    </button>
                </ActionForm>
            </div>
            {secret.map(|secret| view! {
                <details class="twin">
                    <summary>"Show the secret"</summary>
                    <p>
                        <code>{secret}</code>
                    </p>
                </details>
            })}
            {match is_empty {
                true => view! { <p class="quiet">"None yet. The next ended sync is the first, or a trial."</p> }.into_any(),
                false => view! {
                    <table class="rows-on-narrow">
                        <caption class="visually-hidden">"Messages, the newest first"</caption>
                        <thead>
                            <tr>
                                <th scope="col">"About"</th>
                                <th scope="col">"State"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                }
                .into_any(),
            }}
        </section>
    }
}

#[component]
fn FeedSection(feed_url: String) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="feed">
            <h2 id="feed">"Feed"</h2>
            <p>
                "The last 50 ended syncs as an Atom feed: "
                <a href="/api/sync-events.atom" rel="external">
                    {feed_url}
                </a>
                ". A feed reader signs in with any user name and, as the password, a token that may read: "
                <a href="/access">"make one"</a>
                "."
            </p>
        </section>
    }
}

/// Without scripts there is nothing to ask; so it is there only once they have taken over.
#[component]
fn BrowserSection() -> impl IntoView {
    let may = RwSignal::new(MayNotify::Never);
    Effect::new(move |_| may.set(may_notify()));
    let ask = move |_| {
        leptos::task::spawn_local(async move {
            let said = ask_to_notify().await;
            // The page may be left by then.
            may.try_set(said);
        });
    };
    let words = move || {
        match may.get() {
        MayNotify::Never => None,
        MayNotify::Yes => Some(
            view! { <p>"This browser tells you when a sync has ended while a page of Headwater is open behind others."</p> }
                .into_any(),
        ),
        MayNotify::No => Some(
            view! { <p>"This browser was told not to show notifications of Headwater; its settings can allow them again."</p> }
                .into_any(),
        ),
        MayNotify::NotAsked => Some(
            view! {
                <p>"While a page of Headwater is open behind others, this browser can tell you when a sync has ended."</p>
                <button type="button" class="button" on:click=ask>
                    "Notify me in this browser"
                </button>
            }
            .into_any(),
        ),
    }
    };
    move || {
        words().map(|words| {
            view! {
                <section class="panel" aria-labelledby="browser">
                    <h2 id="browser">"This browser"</h2>
                    {words}
                </section>
            }
        })
    }
}
