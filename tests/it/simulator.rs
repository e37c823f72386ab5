//! The simulator against what is known about Spotify.

mod api;
mod development;
mod faults;
mod openapi;
mod playlists;
mod sign_in;

use api::Api;
use headwater::simulator::Undated;
use headwater::simulator::config::Mode;
use openapi::Description;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Where answers of the extended tier are not as the published description has them, with the section of
/// `spotify/web-api.md` that says so. `ROW` stands for a playlist row in any answer, `MEDIUM` for its item under
/// either key.
const DEVIATIONS: &[(&str, &str)] = &[
    // Members that the description does not know.
    ("PLAYLIST extra primary_color", "3.2"),
    ("ROW extra primary_color", "3.4"),
    ("ROW extra video_thumbnail", "3.4"),
    ("MEDIUM extra episode", "3.4"),
    ("MEDIUM extra track", "3.4"),
    // Nulls in odd rows.
    ("ROW/added_at type", "3.4: very old rows have no date"),
    ("ROW/added_by type", "3.4: very old rows name nobody"),
    ("MEDIUM type", "3.4: a row whose song is gone, an episode that was not asked for"),
    ("MEDIUM/album/release_date type", "5.7: odd items have no date"),
    ("MEDIUM/album/release_date_precision type", "5.7: odd items have no date"),
    ("MEDIUM/album/release_date_precision enum", "5.7: odd items have no date"),
    // Local files.
    ("MEDIUM/href type", "3.4: a local file has no ids"),
    ("MEDIUM/id type", "3.4: a local file has no ids"),
    ("MEDIUM/album/album_type type", "3.4: a local file has no album"),
    ("MEDIUM/album/album_type enum", "3.4: a local file has no album"),
    ("MEDIUM/album required total_tracks", "3.4: a local file has no album"),
    ("MEDIUM/album/href type", "3.4: a local file has no album"),
    ("MEDIUM/album/id type", "3.4: a local file has no album"),
    ("MEDIUM/album/uri type", "3.4: a local file has no album"),
    ("MEDIUM/artists/*/href type", "3.4: a local file has no artist id"),
    ("MEDIUM/artists/*/id type", "3.4: a local file has no artist id"),
    ("MEDIUM/artists/*/uri type", "3.4: a local file has no artist id"),
    // Lists with holes.
    ("/items/* type", "3.2: null entries among the playlists"),
    ("/tracks/* type", "3.11: an unknown id in a batch"),
    ("/artists/* type", "3.11: an unknown id in a batch"),
    ("/albums/* type", "3.11: an unknown id in a batch"),
    // Refusals.
    ("/error extra reason", "1.7: a spent quota names its reason"),
];

/// One answer and the schema that it is held against.
type Sample = (&'static str, String, Value);

fn object(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn list_of(key: &str, name: &str) -> Value {
    json!({ "type": "object", "required": [key], "properties": { key: { "type": "array", "items": object(name) } } })
}

/// Every read that exists, on playlists with everything odd in them.
fn samples(api: &Api) -> Vec<Sample> {
    let (odd, track) = (odd_playlist(api), catalogue_track());
    let (track_id, artist, album) = (&track.id, &track.artists[0].id, &track.album.id);
    let unknown = "0000000000000000000000";
    let refs = |name: &str| object(name);
    vec![
        ("GET", "/v1/me".into(), refs("PrivateUserObject")),
        ("GET", "/v1/me/playlists".into(), refs("PagingPlaylistObject")),
        ("GET", format!("/v1/playlists/{odd}"), refs("PlaylistObject")),
        ("GET", format!("/v1/playlists/{odd}/items?limit=50"), refs("PagingPlaylistTrackObject")),
        (
            "GET",
            format!("/v1/playlists/{odd}/items?limit=50&additional_types=track,episode&market=SE"),
            refs("PagingPlaylistTrackObject"),
        ),
        ("GET", format!("/v1/playlists/{odd}/tracks?limit=3&offset=2"), refs("PagingPlaylistTrackObject")),
        ("GET", format!("/v1/tracks/{track_id}"), refs("TrackObject")),
        ("GET", format!("/v1/artists/{artist}"), refs("ArtistObject")),
        ("GET", format!("/v1/albums/{album}"), refs("AlbumObject")),
        ("GET", format!("/v1/tracks?ids={track_id},{unknown}"), list_of("tracks", "TrackObject")),
        ("GET", format!("/v1/artists?ids={artist},{unknown}"), list_of("artists", "ArtistObject")),
        ("GET", format!("/v1/albums?ids={album},{unknown}"), list_of("albums", "AlbumObject")),
        (
            "GET",
            format!("/v1/me/library/contains?uris=spotify:playlist:{odd}"),
            json!({ "type": "array", "items": { "type": "boolean" } }),
        ),
    ]
}

fn catalogue_track() -> std::sync::Arc<headwater::simulator::catalogue::Track> {
    headwater::simulator::catalogue::Catalogue::built_in().tracks()[0].clone()
}

/// A playlist with one row of every kind.
pub fn odd_playlist(api: &Api) -> String {
    let simulator = &api.simulator;
    let id = simulator.create_playlist(&api.user, "Odd", &api.songs(4)).expect("playlist");
    simulator.add_local_file(&id, Some(1), ("Me", "", "Rehearsal"), 61).expect("local file");
    simulator.add_episode(&id, Some(2), "One").expect("episode");
    simulator.add_null_row(&id, None).expect("null row");
    simulator.add_undated_track(&id, None, Undated::Null).expect("undated");
    simulator.add_undated_track(&id, None, Undated::Zeroes).expect("undated");
    simulator.duplicate_row(&id, 0).expect("duplicate");
    simulator.forget_added(&id, 0).expect("old row");
    simulator.set_null_entries(&api.user, 1).expect("null entry");
    simulator.add_foreign_playlist(&api.user, "Theirs", 3).expect("foreign playlist");
    id
}

/// The same deviation under the names of the list, wherever the row stood.
fn normalised(line: &str) -> String {
    let mut line = line.to_owned();
    for rows in ["/items/items/*", "/tracks/items/*", "/items/*"] {
        let Some(rest) = line.strip_prefix(rows).filter(|rest| *rest != " type") else { continue };
        line = match rest.strip_prefix("/item").or_else(|| rest.strip_prefix("/track")) {
            Some(rest) => format!("MEDIUM{rest}"),
            None => format!("ROW{rest}"),
        };
        break;
    }
    match line.as_str() {
        " extra primary_color" => "PLAYLIST extra primary_color".to_owned(),
        _ => line,
    }
}

#[tokio::test]
async fn extended_answers_are_as_published_but_for_the_listed_deviations() {
    let Some(description) = Description::read() else {
        println!("skipped: the published OpenAPI description is not here");
        return;
    };
    let api = Api::new(Mode::Extended);
    let mut found = BTreeSet::new();
    for (method, path, schema) in samples(&api) {
        let answer = api.call(method, &path, None).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        found.extend(
            description.deviations(&schema, &answer.json).into_iter().map(|line| (normalised(&line), path.clone())),
        );
    }
    found.extend(write_deviations(&api, &description).await);
    found.extend(refusal_deviations(&description).await);
    let listed: BTreeSet<&str> = DEVIATIONS.iter().map(|(line, _)| *line).collect();
    let unlisted: Vec<_> = found.iter().filter(|(line, _)| !listed.contains(line.as_str())).collect();
    assert!(unlisted.is_empty(), "not in the list: {unlisted:#?}");
    let seen: BTreeSet<&str> = found.iter().map(|(line, _)| line.as_str()).collect();
    let dead: Vec<_> = listed.difference(&seen).collect();
    assert!(dead.is_empty(), "listed, but never seen: {dead:#?}");
}

async fn write_deviations(api: &Api, description: &Description) -> Vec<(String, String)> {
    let snapshot = json!({ "type": "object", "required": ["snapshot_id"],
        "properties": { "snapshot_id": { "type": "string" } } });
    let mut found = Vec::new();
    let mut note = |path: &str, schema: &Value, json: &Value| {
        let lines = description.deviations(schema, json);
        found.extend(lines.into_iter().map(|line| (normalised(&line), path.to_owned())));
    };
    let made = api.call("POST", "/v1/me/playlists", Some(json!({ "name": "New", "public": false }))).await;
    assert_eq!(made.status, 201, "{}", made.text);
    note("POST /me/playlists", &object("PlaylistObject"), &made.json);
    let items = format!("/v1/playlists/{}/items", made.json["id"].as_str().expect("id"));
    let songs = api.songs(2);
    for (method, status, body) in [
        ("POST", 201, json!({ "uris": songs })),
        ("PUT", 200, json!({ "range_start": 0, "insert_before": 2 })),
        ("DELETE", 200, json!({ "items": [{ "uri": songs[0] }] })),
        ("PUT", 200, json!({ "uris": songs })),
    ] {
        let answer = api.call(method, &items, Some(body)).await;
        assert_eq!(answer.status, status, "{method}: {}", answer.text);
        note(&items, &snapshot, &answer.json);
    }
    found
}

/// Refusals have a form too.
async fn refusal_deviations(description: &Description) -> Vec<(String, String)> {
    let schema = json!({ "type": "object", "required": ["error"], "properties": { "error": object("ErrorObject") } });
    let mut found = Vec::new();
    for (status, answer) in faults::refusals().await {
        assert_eq!(answer.status, status, "{}", answer.text);
        let lines = description.deviations(&schema, &answer.json);
        found.extend(lines.into_iter().map(|line| (line, status.to_string())));
    }
    found
}
