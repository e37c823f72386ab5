//! Bad bodies by name: a status, a pointer, nothing stored and nothing asked of Spotify.

use super::*;

struct Bad {
    name: &'static str,
    method: Method,
    path: String,
    body: Value,
    pointer: &'static str,
}

fn bad(name: &'static str, method: Method, path: &str, body: Value, pointer: &'static str) -> Bad {
    Bad { name, method, path: path.to_owned(), body, pointer }
}

/// Bodies that are wrong whatever the filter says.
fn bodies(base: &str, child: &str) -> Vec<Bad> {
    let (one, of_child) = (format!("/api/base-playlists/{base}"), format!("/api/child-playlists/{child}"));
    let (sync, preview) = (format!("{one}/sync"), format!("{one}/preview"));
    let (bases, post, patch) = ("/api/base-playlists", Method::POST, Method::PATCH);
    let long = "x".repeat(101);
    vec![
        bad("neither playlist nor name", post.clone(), bases, json!({}), ""),
        bad("both", post.clone(), bases, json!({"name": "x", "spotify_playlist_id": "x"}), ""),
        bad("a list", post.clone(), bases, json!([]), ""),
        bad("a text", post.clone(), bases, json!("x"), ""),
        bad("null", post.clone(), bases, Value::Null, ""),
        bad("no playlist id", post.clone(), bases, json!({"spotify_playlist_id": "x"}), "/spotify_playlist_id"),
        bad("a number", post.clone(), bases, json!({"spotify_playlist_id": 7}), "/spotify_playlist_id"),
        bad(
            "a link elsewhere",
            post.clone(),
            bases,
            json!({"spotify_playlist_id": "https://evil.example/playlist/37i9dQZF1DXcBWIGoYBM5M"}),
            "/spotify_playlist_id",
        ),
        bad(
            "a way out of the path",
            post.clone(),
            bases,
            json!({"spotify_playlist_id": "../../me/tracks/aaaaaaa"}),
            "/spotify_playlist_id",
        ),
        bad("empty name", post.clone(), bases, json!({"name": ""}), "/name"),
        bad("blank name", post.clone(), bases, json!({"name": "   "}), "/name"),
        bad("long name", post.clone(), bases, json!({"name": long}), "/name"),
        bad("line break", post.clone(), bases, json!({"name": "a\nb"}), "/name"),
        bad("unknown key", post.clone(), bases, json!({"name": "x", "colour": 1}), "/colour"),
        bad("another's user id", post.clone(), bases, json!({"name": "x", "user_id": ABSENT}), "/user_id"),
        bad("base: empty name", patch.clone(), &one, json!({"name": ""}), "/name"),
        bad("base: name is a list", patch.clone(), &one, json!({"name": []}), "/name"),
        bad("base: active is a text", patch.clone(), &one, json!({"is_active": "yes"}), "/is_active"),
        bad("base: unknown routing", patch.clone(), &one, json!({"routing": "random"}), "/routing"),
        bad("base: unknown routing", patch.clone(), &one, json!({"routing": "last_match"}), "/routing"),
        bad("base: unknown key", patch.clone(), &one, json!({"track_total": 1}), "/track_total"),
        bad("child: empty name", patch.clone(), &of_child, json!({"name": ""}), "/name"),
        bad(
            "child: long description",
            patch.clone(),
            &of_child,
            json!({"description": "y".repeat(301)}),
            "/description",
        ),
        bad("child: description in lines", patch.clone(), &of_child, json!({"description": "a\nb"}), "/description"),
        bad("child: unknown kind", patch.clone(), &of_child, json!({"kind": "odd"}), "/kind"),
        bad("child: unknown kind", patch.clone(), &of_child, json!({"kind": "rest"}), "/kind"),
        bad("child: half a position", patch.clone(), &of_child, json!({"position": 1.5}), "/position"),
        bad("child: far position", patch.clone(), &of_child, json!({"position": 4_294_967_296_u64}), "/position"),
        bad(
            "child: another playlist",
            patch.clone(),
            &of_child,
            json!({"spotify_playlist_id": "x"}),
            "/spotify_playlist_id",
        ),
        bad("child: filter is null in a list", patch.clone(), &of_child, json!({"filter": [null]}), "/filter"),
        bad("sync: unknown key", post.clone(), &sync, json!({"force": true}), "/force"),
        bad("sync: children as text", post.clone(), &sync, json!({"child_playlist_ids": "x"}), "/child_playlist_ids"),
        bad("sync: no id", post.clone(), &sync, json!({"child_playlist_ids": ["x"]}), "/child_playlist_ids/0"),
        bad(
            "sync: absent child",
            post.clone(),
            &sync,
            json!({"child_playlist_ids": [child, ABSENT]}),
            "/child_playlist_ids/1",
        ),
        bad(
            "sync: confirm without plan",
            post.clone(),
            &sync,
            json!({"confirm": [{"child_playlist_id": child}]}),
            "/confirm/0",
        ),
        bad(
            "sync: confirm of no id",
            post.clone(),
            &sync,
            json!({"confirm": [{"child_playlist_id": "x", "plan_hash": "y"}]}),
            "/confirm/0/child_playlist_id",
        ),
        bad("sync: the key in the body", post.clone(), &sync, json!({"idempotency_key": "x"}), "/idempotency_key"),
        bad("preview: unknown key", post.clone(), &preview, json!({"filters": []}), "/filters"),
        bad("preview: child as number", post.clone(), &preview, json!({"child_playlist_id": 1}), "/child_playlist_id"),
        bad("me: nothing", patch.clone(), "/api/me", json!({}), ""),
        bad("me: nowhere", patch.clone(), "/api/me", json!({"time_zone": "Mars/Olympus"}), "/time_zone"),
        bad("me: a path", patch.clone(), "/api/me", json!({"time_zone": "../../etc/passwd"}), "/time_zone"),
        bad("me: unknown key", patch, "/api/me", json!({"time_zone": "UTC", "demo": true}), "/demo"),
    ]
}

/// Filters that are wrong, with the place below `/filter`.
fn filters() -> Vec<(Value, &'static str)> {
    let rule = |rule: Value| json!({"schema_version": 1, "rules": [rule]});
    let nested = (0..6).fold(
        json!({"field": "explicit", "op": "is", "value": true}),
        |inner, _| json!({"match": "all", "rules": [inner]}),
    );
    let many = vec![json!({"field": "explicit", "op": "is", "value": true}); 101];
    vec![
        (json!("x"), ""),
        (json!(7), ""),
        (json!({}), "/schema_version"),
        (json!({"schema_version": 2, "rules": [], "everything": true}), "/schema_version"),
        (json!({"schema_version": "1", "rules": [], "everything": true}), "/schema_version"),
        (json!({"schema_version": 1}), "/rules"),
        (json!({"schema_version": 1, "rules": []}), "/rules"),
        (json!({"schema_version": 1, "rules": {}}), "/rules"),
        (json!({"schema_version": 1, "rules": [], "everything": "yes"}), "/everything"),
        (json!({"schema_version": 1, "match": "some", "rules": [], "everything": true}), "/match"),
        (json!({"schema_version": 1, "rules": [], "everything": true, "tilde~/slash": 1}), "/tilde~0~1slash"),
        (json!({"schema_version": 1, "rules": [], "everything": true, "pins": ["x"]}), "/pins/0"),
        (json!({"schema_version": 1, "rules": [{"match": "any", "rules": []}]}), "/rules/0/rules"),
        (json!({"schema_version": 1, "rules": many}), "/rules/100"),
        (rule(nested), "/rules/0/rules/0/rules/0/rules/0/rules/0"),
        (rule(json!(7)), "/rules/0"),
        (rule(json!({"op": "eq", "value": 1})), "/rules/0/field"),
        (rule(json!({"field": "tempo", "op": "eq", "value": 1})), "/rules/0/field"),
        (rule(json!({"field": "title", "value": "x"})), "/rules/0/op"),
        (rule(json!({"field": "title", "op": "eq", "value": "x"})), "/rules/0/op"),
        (rule(json!({"field": "title", "op": "contains"})), "/rules/0/value"),
        (rule(json!({"field": "title", "op": "contains", "value": ""})), "/rules/0/value"),
        (rule(json!({"field": "title", "op": "contains", "value": "x".repeat(201)})), "/rules/0/value"),
        (rule(json!({"field": "title", "op": "regex", "value": "(a"})), "/rules/0/value"),
        (rule(json!({"field": "title", "op": "regex", "value": "(?:a{1000}){1000}"})), "/rules/0/value"),
        (rule(json!({"field": "duration", "op": "lte", "value": "long"})), "/rules/0/value"),
        (rule(json!({"field": "duration", "op": "lte", "value": -1})), "/rules/0/value"),
        (rule(json!({"field": "duration", "op": "lte", "value": 1e300})), "/rules/0/value"),
        (rule(json!({"field": "popularity", "op": "gte", "value": 101})), "/rules/0/value"),
        (rule(json!({"field": "release_year", "op": "between", "value": [1999, 1990]})), "/rules/0/value"),
        (rule(json!({"field": "release_year", "op": "between", "value": [1990]})), "/rules/0/value"),
        (rule(json!({"field": "release_date", "op": "before", "value": "2000-02-30"})), "/rules/0/value"),
        (rule(json!({"field": "added_at", "op": "in_last", "value": {"n": 0, "unit": "days"}})), "/rules/0/value"),
        (rule(json!({"field": "added_at", "op": "weekday_is", "value": [8]})), "/rules/0/value"),
        (rule(json!({"field": "artist", "op": "any_of", "value": []})), "/rules/0/value"),
        (rule(json!({"field": "artist", "op": "any_of", "value": ["a", null]})), "/rules/0/value/1"),
        (rule(json!({"field": "album_type", "op": "is_any_of", "value": ["tape"]})), "/rules/0/value/0"),
        (rule(json!({"field": "track_id", "op": "any_of", "value": [7]})), "/rules/0/value/0"),
        (rule(json!({"field": "explicit", "op": "is", "value": "no"})), "/rules/0/value"),
        (rule(json!({"field": "title", "op": "is_missing", "value": 1})), "/rules/0/value"),
        (
            rule(json!({"field": "title", "op": "equals", "value": "x", "when_missing": "maybe"})),
            "/rules/0/when_missing",
        ),
        (rule(json!({"field": "title", "op": "equals", "value": "x", "item_match": "exact"})), "/rules/0/item_match"),
        (rule(json!({"field": "title", "op": "equals", "value": "x", "reduce": "min"})), "/rules/0/reduce"),
        (rule(json!({"field": "title", "op": "equals", "value": "x", "note": 1})), "/rules/0/note"),
    ]
}

/// What is stored of a base, and what was asked of Spotify.
async fn picture(world: &World, base: &str) -> (Vec<(String, i64)>, Value, Value, Value, usize) {
    let get = |path: String| async move { world.browser.api(Method::GET, &path, None).await.1 };
    (
        row_counts(world).await,
        get("/api/me".into()).await,
        get("/api/base-playlists".into()).await,
        get(format!("/api/base-playlists/{base}/child-playlists")).await,
        world.simulator.journal().count_web_api(),
    )
}

fn pointers(problem: &Value) -> Vec<&str> {
    let errors = problem["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    errors.iter().filter_map(|error| error["pointer"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_bad_body_is_refused_at_its_place_and_nothing_is_stored() {
    let (world, base, child) = with_child().await;
    let before = picture(&world, &base).await;
    let mut wrong = Vec::new();
    let mut cases = bodies(&base, &child);
    for (filter, _) in filters() {
        let body = json!({ "filter": filter });
        cases.push(bad(
            "filter of a child",
            Method::PATCH,
            &format!("/api/child-playlists/{child}"),
            body.clone(),
            "~",
        ));
        cases.push(bad("filter of a preview", Method::POST, &format!("/api/base-playlists/{base}/preview"), body, "~"));
    }
    let places: Vec<String> =
        filters().into_iter().flat_map(|(_, at)| [format!("/filter{at}"), format!("/filter{at}")]).collect();
    let own = cases.len() - places.len();
    assert!(cases.len() >= 120, "{}", cases.len());
    for (at, case) in cases.iter().enumerate() {
        let pointer = if at < own { case.pointer } else { &places[at - own] };
        let response = world.browser.send(case.method.clone(), &case.path, Some(&case.body), &[]).await;
        let status = response.status();
        let kind = response.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
        let problem: Value = response.json().await.unwrap_or(Value::Null);
        let refused = status == StatusCode::UNPROCESSABLE_ENTITY && kind.as_deref() == Some("application/problem+json");
        if !refused || !pointers(&problem).contains(&pointer) {
            wrong.push(format!("{} {}: wanted {pointer:?}, got {status} {kind:?} {problem}", case.name, case.body));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert_eq!(picture(&world, &base).await, before, "something was stored or asked of Spotify");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_json_is_told_apart_from_json_that_is_wrong() {
    let (world, base, child) = with_child().await;
    let before = picture(&world, &base).await;
    let cookie = world.browser.cookie_line();
    let places = [
        (Method::POST, "/api/base-playlists".to_owned()),
        (Method::PATCH, format!("/api/base-playlists/{base}")),
        (Method::POST, format!("/api/base-playlists/{base}/child-playlists")),
        (Method::PATCH, format!("/api/child-playlists/{child}")),
        (Method::POST, format!("/api/base-playlists/{base}/preview")),
        (Method::POST, format!("/api/base-playlists/{base}/sync")),
        (Method::PATCH, "/api/me".to_owned()),
    ];
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let not_json: [&[u8]; 9] = [
        b"{",
        b"{'name': 1}",
        b"[1,",
        b"{} {}",
        b"{\"name\": \xff\"}",
        b"nul",
        b"\x00",
        b"{\"a\": NaN}",
        deep.as_bytes(),
    ];
    for (method, path) in places {
        let send = |kind: &'static str, body: Vec<u8>| {
            let url = format!("{}{path}", world.browser.base);
            let request = world.browser.http.request(method.clone(), url).header("cookie", &cookie);
            let request = request.header("content-type", kind).body(body);
            async move { request.send().await.unwrap().status() }
        };
        for body in not_json {
            let shown = String::from_utf8_lossy(&body[..body.len().min(20)]).into_owned();
            assert_eq!(
                send("application/json", body.to_vec()).await,
                StatusCode::BAD_REQUEST,
                "{method} {path} {shown}"
            );
        }
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""] {
            assert_eq!(send(kind, b"{}".to_vec()).await, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{method} {path} {kind}");
        }
        let large = format!("{{\"name\": \"{}\"}}", "x".repeat(256 * 1024));
        let status = send("application/json", large.into_bytes()).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{method} {path}");
    }
    assert_eq!(picture(&world, &base).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_absent_is_404_before_anything_else_is_looked_at() {
    let (world, _, _) = with_child().await;
    let cookie = world.browser.cookie_line();
    for (method, path) in [
        (Method::PATCH, "/api/base-playlists"),
        (Method::PATCH, "/api/child-playlists"),
        (Method::POST, "/api/base-playlists/child-playlists"),
        (Method::POST, "/api/base-playlists/preview"),
        (Method::POST, "/api/base-playlists/sync"),
    ] {
        let at = path.replacen("playlists/", &format!("playlists/{ABSENT}/"), 1);
        let path = if at == path { format!("{path}/{ABSENT}") } else { at };
        for (kind, body) in [("application/json", "{\"nope\": 1}"), ("application/json", "{"), ("text/plain", "x")] {
            let request = world.browser.http.request(method.clone(), format!("{}{path}", world.browser.base));
            let request = request.header("cookie", &cookie).header("content-type", kind).header("if-match", "\"x\"");
            let status = request.body(body).send().await.unwrap().status();
            assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path} {kind} {body}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_a_start_has_a_length() {
    let (world, base, _) = with_child().await;
    let path = format!("/api/base-playlists/{base}/sync");
    let long = "k".repeat(201);
    for key in ["", long.as_str()] {
        let answer = world.browser.send(Method::POST, &path, None, &[("idempotency-key", key)]).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{} characters", key.len());
    }
    let events = world.browser.api(Method::GET, "/api/sync-events", None).await.1;
    assert_eq!(events["items"], json!([]), "a refused start leaves no event");
}
