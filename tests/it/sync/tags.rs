//! Own tags: over the contract, and as a rule of a sync.

use super::*;

async fn put(world: &World, tag: &str, body: Value) -> (StatusCode, Value) {
    world.browser.api(Method::PUT, &format!("/api/tags/{tag}/items"), Some(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tagged_song_flows_into_the_child_that_asks_for_the_tag() {
    let world = world(Mode::Development).await;
    let songs = once_each(&world.held(&world.playlist("Kitchen Radio")));
    let base = world.browser.link(&world.playlist("Kitchen Radio")).await;
    let rule = json!({"field": "tag", "op": "any_of", "value": ["GYM"]});
    let (_, list) = world.browser.child(&base, "Gym", rule).await;
    world.browser.sync(&base).await;
    assert_eq!(world.held(&list), Vec::<String>::new());

    let (status, tag) = put(&world, "Gym", json!({"track_uris": [&songs[7], &songs[3]]})).await;
    assert_eq!((status, &tag["name"], &tag["tracks"]), (StatusCode::OK, &json!("Gym"), &json!(2)), "{tag}");
    let preview = format!("/api/base-playlists/{base}/preview");
    let (_, preview) = world.browser.api(Method::POST, &preview, None).await;
    assert_eq!(preview["children"][0]["added"], 2, "{preview}");
    assert_eq!(world.browser.sync(&base).await["outcome"], "full", "a new tag is a reason to look");
    assert_eq!(world.held(&list), [songs[3].clone(), songs[7].clone()], "in the order of the base");

    world.simulator.journal().clear();
    let run = world.browser.sync(&base).await;
    assert_eq!((&run["outcome"], &run["total_api_requests"]), (&json!("no_change"), &json!(1)), "{run}");

    let body = json!({"track_uris": [&songs[3]]});
    let (status, tag) = world.browser.api(Method::DELETE, "/api/tags/gym/items", Some(body)).await;
    assert_eq!((status, &tag["tracks"]), (StatusCode::OK, &json!(1)), "{tag}");
    world.browser.sync(&base).await;
    assert_eq!(world.held(&list), [songs[7].clone()]);

    let (status, _) = world.browser.api(Method::DELETE, "/api/tags/Gym", None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    world.browser.sync(&base).await;
    assert_eq!(world.held(&list), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_artist_lends_its_tag_to_its_songs_and_a_playlist_to_its_own() {
    let world = world(Mode::Development).await;
    let catalogue = headwater::simulator::catalogue::Catalogue::built_in();
    let artists = |uri: &String| {
        catalogue
            .track(uri.strip_prefix("spotify:track:").unwrap())
            .unwrap()
            .artists
            .iter()
            .map(|artist| artist.id.clone())
            .collect::<Vec<_>>()
    };
    let songs = once_each(&world.held(&world.playlist("Road Trips & Rainy Days")));
    let base = world.browser.link(&world.playlist("Road Trips & Rainy Days")).await;
    let artist = artists(&songs[5])[0].clone();
    let (status, tag) = put(&world, "Favourite", json!({"artist_ids": [artist]})).await;
    assert_eq!((status, &tag["artists"]), (StatusCode::OK, &json!(1)), "{tag}");
    let own = world.simulator.create_playlist(&world.user, "Own", &songs[10..70]).unwrap();
    let link = format!("https://open.spotify.com/playlist/{own}?si=x");
    let (status, tag) =
        world.browser.api(Method::POST, "/api/tags/Run/import", Some(json!({"spotify_playlist_id": link}))).await;
    assert_eq!((status, &tag["tracks"]), (StatusCode::OK, &json!(60)), "{tag}");

    let rule = |tag: &str| json!({"field": "tag", "op": "any_of", "value": [tag]});
    let (_, favourite) = world.browser.child(&base, "Favourite", rule("favourite")).await;
    let (_, run) = world.browser.child(&base, "Run", rule("run")).await;
    world.browser.sync(&base).await;
    let expected: Vec<String> = songs.iter().filter(|uri| artists(uri).contains(&artist)).cloned().collect();
    assert!(!expected.is_empty() && expected.len() < songs.len());
    assert_eq!(world.held(&favourite), expected);
    assert_eq!(world.held(&run), songs[10..70]);

    let (_, all) = world.browser.api(Method::GET, "/api/tags", None).await;
    let names: Vec<&str> = all["items"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Favourite", "Run"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_tag_is_refused_at_its_place_and_nothing_is_stored() {
    let world = world(Mode::Development).await;
    let cases = [
        ("x".repeat(51), json!({}), "/tag"),
        ("%20".to_owned(), json!({}), "/tag"),
        ("a".to_owned(), json!({"track_uris": ["spotify:track:2XU0oxnq2qxCpomAAuJY8K", "x"]}), "/track_uris/1"),
        ("a".to_owned(), json!({"artist_ids": ["x"]}), "/artist_ids/0"),
        ("a".to_owned(), json!({"artist_ids": vec!["2XU0oxnq2qxCpomAAuJY8K"; 1_001]}), "/artist_ids"),
        ("a".to_owned(), json!({"songs": []}), "/songs"),
    ];
    for (tag, body, pointer) in cases {
        let (status, refused) = put(&world, &tag, body.clone()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body} {refused}");
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{body} {refused}");
    }
    let absent = json!({"spotify_playlist_id": "2XU0oxnq2qxCpomAAuJY8K"});
    let (status, refused) = world.browser.api(Method::POST, "/api/tags/a/import", Some(absent)).await;
    assert_eq!(
        (status, &refused["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/spotify_playlist_id"))
    );
    for path in ["/api/tags/a", "/api/tags/a/items"] {
        let (status, _) = world.browser.api(Method::DELETE, path, Some(json!({}))).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(world.browser.api(Method::GET, "/api/tags", None).await.1["items"], json!([]));
    let page = world.browser.send(Method::GET, "/tags", None, &[]).await;
    assert_eq!(page.status(), StatusCode::OK);
    assert!(page.text().await.unwrap().contains("There is no tag yet"));
}
