//! What `headwater probe` records holds nothing personal, and a simulator that replays it answers with the same keys.

use super::world::{World, config, world, world_of};
use headwater::commands::probe::{Fixture, record};
use headwater::server::spotify::observe::Observation;
use headwater::simulator::config::{Mode, SimulatorConfig};
use headwater::simulator::replay::Replay;
use tokio::runtime::Handle;

/// Records in a process of its own, as far as the data directory can tell.
async fn probed(world: &World) -> Fixture {
    let list = world.playlist("Road Trips & Rainy Days");
    let config = config(world.dir.path(), "127.0.0.1:0", &world.spotify.url());
    record(config, None, Some(&list)).await.unwrap_or_else(|stop| panic!("{}", stop.words))
}

fn find<'f>(fixture: &'f Fixture, path: &str, fields: bool) -> &'f Observation {
    let found = fixture.requests.iter().find(|one| one.path == path && one.fields == fields);
    found.unwrap_or_else(|| panic!("{path} was not looked at"))
}

/// What must be the same: headers may differ, dates do.
fn forms(fixture: &Fixture) -> Vec<String> {
    let form = |one: &Observation| format!("{} {} {} {:?} {:?}", one.path, one.fields, one.status, one.limit, one.body);
    fixture.requests.iter().map(form).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_holds_keys_and_nothing_personal_and_is_replayed() {
    let world = world(Mode::Development).await;
    world.simulator.journal().clear();
    let fixture = probed(&world).await;
    let asked = world.simulator.journal().requests();
    assert!(asked.iter().all(|request| !request.is_write()), "a probe reads only");
    assert_eq!(asked.iter().filter(|request| request.is_web_api()).count(), 8);

    let row = &find(&fixture, "/playlists/{id}/items", false).body.members["items"].elements.as_ref().unwrap().members;
    assert!(row["item"].members.contains_key("artists") && !row["item"].members.contains_key("popularity"));
    assert_eq!(find(&fixture, "/playlists/{id}/items", true).body.members.len(), 2, "fields leaves items and total");
    assert_eq!(find(&fixture, "/artists", false).status, 403);
    assert_eq!(find(&fixture, "/me/playlists", false).limit, Some(20));

    let text = serde_json::to_string(&fixture).unwrap();
    let mut personal = vec![world.user.as_str().to_owned()];
    for playlist in world.simulator.playlists_of(&world.user) {
        personal.extend([playlist.id, playlist.name, playlist.snapshot]);
    }
    let catalogue = SimulatorConfig::default().catalogue;
    for track in catalogue.tracks() {
        personal.extend([track.id.clone(), track.name.clone(), track.album.id.clone(), track.isrc.clone()]);
        personal.extend(track.artists.iter().map(|artist| artist.id.clone()));
    }
    personal.push(world.spotify.url());
    // Words of the form itself.
    let names = ["items", "name", "title"];
    let told: Vec<&String> = personal
        .iter()
        .filter(|told| told.len() > 3 && !names.contains(&told.as_str()) && text.contains(*told))
        .collect();
    assert!(told.is_empty(), "{told:?}");
    assert!(!text.contains("Bearer") && !text.contains("spotify:track"), "{text}");

    let replay = Some(Replay::from_json(&text).unwrap());
    let mode = Mode::Extended;
    let again = world_of(SimulatorConfig { mode, replay, ..SimulatorConfig::default() }, &Handle::current()).await;
    again.browser.sign_in().await;
    assert_eq!(forms(&probed(&again).await), forms(&fixture), "the same keys, though this tier has more");
}

#[tokio::test(flavor = "multi_thread")]
async fn songs_are_read_where_fields_leaves_out_what_a_recording_says() {
    let plain = world(Mode::Development).await;
    let mut file = serde_json::to_value(probed(&plain).await).unwrap();
    let requests = file["requests"].as_array_mut().unwrap();
    let projected = requests.iter_mut().find(|one| one["fields"] == true && one["path"] == "/playlists/{id}/items");
    let row = &mut projected.unwrap()["body"]["members"]["items"]["elements"]["members"];
    row.as_object_mut().unwrap().remove("item").unwrap();
    let replay = Some(Replay::from_json(&file.to_string()).unwrap());
    let mode = Mode::Development;
    let world = world_of(SimulatorConfig { mode, replay, ..SimulatorConfig::default() }, &Handle::current()).await;
    let list = world.playlist("Kitchen Radio");
    let base = world.browser.link(&list).await;
    let rule = serde_json::json!({"field": "position", "op": "lte", "value": 20});
    let (_, child) = world.browser.child(&base, "Some", rule).await;
    let run = world.browser.sync(&base).await;
    assert_eq!(run["status"], "completed", "{run}");
    assert_eq!(world.held(&child), world.held(&list)[..20], "whole pages are read instead");
    assert_eq!(run["tracks_skipped"], 0, "{run}");
}
