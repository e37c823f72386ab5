//! What is stored, for how long, and how to be rid of it.

use leptos::prelude::*;
use leptos_meta::Title;

/// `/privacy`
#[component]
pub fn PrivacyPage() -> impl IntoView {
    view! {
        <Title text="Privacy" />
        <article class="prose">
            <h1>"What is stored"</h1>
            <p>"All of it lies in a database on the machine that runs this program, and nowhere else."</p>
            <h2>"About you"</h2>
            <ul>
                <li>"your Spotify user id and display name, and your time zone;"</li>
                <li>"the tokens that Spotify gave for you, encrypted;"</li>
                <li>"which of your playlists are bases and children, with the rules you wrote;"</li>
                <li>"your own tags, with the ids of the songs and artists they are on;"</li>
                <li>"which songs stand in playlists that your rules name. Whether a song is liked is asked when a rule needs it, and not stored;"</li>
                <li>
                    "the history of syncs: when, what changed, and which songs a child held before and after, for at most 180 days."
                </li>
            </ul>
            <h2>"From Spotify’s catalogue"</h2>
            <p>
                "Names and figures of songs, artists and albums are kept for days at most, to spare Spotify the same question, and then erased."
            </p>
            <h2>"Who is asked"</h2>
            <p>
                "Your browser talks to this program, and to Spotify’s servers for covers. There are no other requests, no analytics and no advertising. Three cookies may be set: one for your session, one for short messages between pages, one for the colours that you chose. A webhook of yours is told when a sync has ended."
            </p>
            <h2>"How to be rid of it"</h2>
            <p>
                "“Delete my data” on the "
                <a href="/account">"account page"</a>
                " erases all of the above at once. Your playlists at Spotify stay. To withdraw your consent there as well, remove the app on "
                <a href="https://www.spotify.com/account/apps/" rel="external noopener" target="_blank">
                    "Spotify’s page of apps"
                    <span class="visually-hidden">" (new tab)"</span>
                </a>
                "."
            </p>
        </article>
    }
}
