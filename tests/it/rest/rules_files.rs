use super::*;
use headwater::simulator::faults::{FaultAction, FaultRule, FaultScript};
use std::collections::BTreeSet;

async fn names(world: &World, base: &str) -> BTreeSet<String> {
    let path = format!("/api/base-playlists/{base}/child-playlists");
    let children = world.browser.api(Method::GET, &path, None).await.1;
    children["items"].as_array().unwrap().iter().map(|child| child["name"].as_str().unwrap().to_owned()).collect()
}

fn rule(field: &str, op: &str, value: Value) -> Value {
    json!({"schema_version": 1, "rules": [{"field": field, "op": op, "value": value}]})
}

fn file(entries: Value) -> Value {
    json!({"headwater": "rules", "schema_version": 1, "child_playlists": entries})
}

fn pointers(remarks: &Value) -> Vec<&str> {
    remarks.as_array().unwrap().iter().map(|remark| remark["pointer"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_imports_as_the_same_and_into_another_base_as_new() {
    let (world, base, child) = with_child().await;
    world.browser.child(&base, "Clean", json!({"field": "explicit", "op": "is", "value": false})).await;
    let answer = world.browser.send(Method::GET, &format!("/api/base-playlists/{base}/export"), None, &[]).await;
    let named = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert_eq!(named, "attachment; filename=\"kitchen-radio.headwater.json\"");
    let whole: Value = answer.json().await.unwrap();
    assert_eq!(whole["child_playlists"].as_array().unwrap().len(), 2);
    let one = world.browser.api(Method::GET, &format!("/api/child-playlists/{child}/export"), None).await.1;
    assert_eq!(one["child_playlists"][0]["name"], "Short");

    let path = format!("/api/base-playlists/{base}/import?dry_run=true");
    let (status, plan) = world.browser.api(Method::POST, &path, Some(whole.clone())).await;
    assert_eq!(status, StatusCode::OK, "{plan}");
    let changes: Vec<&str> =
        plan["entries"].as_array().unwrap().iter().map(|e| e["change"].as_str().unwrap()).collect();
    assert_eq!(changes, ["same", "same"]);

    let other = world.browser.link(&world.playlist("Road Trips & Rainy Days")).await;
    let import = format!("/api/base-playlists/{other}/import");
    let plan = world.browser.api(Method::POST, &import, Some(whole.clone())).await.1;
    assert_eq!(plan["entries"][0]["change"], "new");
    assert!(plan["entries"][0]["matched"].as_u64().unwrap() > 0, "{plan}");
    assert!(names(&world, &other).await.is_empty(), "a dry run is the default and saves nothing");
    let hash = plan["plan_hash"].as_str().unwrap();
    let save = format!("{import}?dry_run=false&plan_hash={hash}");
    let (status, saved) = world.browser.api(Method::POST, &save, Some(whole.clone())).await;
    assert_eq!((status, saved["items"].as_array().unwrap().len()), (StatusCode::OK, 2), "{saved}");
    assert_eq!(names(&world, &other).await, BTreeSet::from(["Short".to_owned(), "Clean".to_owned()]));
    let again = world.browser.api(Method::GET, &format!("/api/base-playlists/{other}/export"), None).await.1;
    assert_eq!(again["child_playlists"], whole["child_playlists"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_unknown_field_is_named_and_nothing_is_saved() {
    let (world, base, child) = with_child().await;
    let path = format!("/api/base-playlists/{base}/import");
    let bad = file(json!([
        {"name": "Short", "filter": rule("duration", "lte", json!(100_000))},
        {"name": "New", "filter": rule("explicit", "is", json!(true))},
        {"name": "Bad", "filter": rule("gener", "any_of", json!(["rock"]))},
    ]));
    let (status, plan) = world.browser.api(Method::POST, &path, Some(bad.clone())).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(pointers(&plan["faults"]), ["/child_playlists/2/filter/rules/0/field"]);
    assert!(plan["faults"][0]["detail"].as_str().unwrap().contains("Did you mean \"genre\"?"));
    let hash = plan["plan_hash"].as_str().unwrap();
    let (status, problem) =
        world.browser.api(Method::POST, &format!("{path}?dry_run=false&plan_hash={hash}"), Some(bad)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(pointers(&problem["errors"]), ["/child_playlists/2/filter/rules/0/field"]);
    assert_eq!(names(&world, &base).await, BTreeSet::from(["Short".to_owned()]));
    let kept = world.browser.api(Method::GET, &format!("/api/child-playlists/{child}"), None).await.1;
    assert_eq!(kept["filter"]["rules"][0]["value"], 200_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_saved_unseen() {
    let (world, base, child) = with_child().await;
    let path = format!("/api/base-playlists/{base}/import");
    let change = file(json!([{"name": "short", "filter": rule("duration", "lte", json!(100_000))}]));
    let plan = world.browser.api(Method::POST, &path, Some(change.clone())).await.1;
    assert_eq!(plan["entries"][0]["change"], "changed");
    assert_eq!(plan["entries"][0]["child_playlist_id"], child);
    let hash = plan["plan_hash"].as_str().unwrap().to_owned();
    let save = |hash: &str| format!("{path}?dry_run=false&plan_hash={hash}");
    let unseen = world.browser.api(Method::POST, &format!("{path}?dry_run=false"), Some(change.clone())).await;
    assert_eq!(unseen.0, StatusCode::UNPROCESSABLE_ENTITY);
    let mut other = change.clone();
    other["child_playlists"][0]["filter"]["rules"][0]["value"] = json!(90_000);
    assert_eq!(world.browser.api(Method::POST, &save(&hash), Some(other)).await.0, StatusCode::PRECONDITION_FAILED);
    // The child changes after the dry run: what would be saved is no longer what was seen.
    let patch = json!({"filter": rule("duration", "lte", json!(150_000))});
    assert_eq!(world.browser.api(Method::PATCH, &format!("/api/child-playlists/{child}"), Some(patch)).await.0, 200);
    let moved = world.browser.api(Method::POST, &save(&hash), Some(change.clone())).await;
    assert_eq!(moved.0, StatusCode::PRECONDITION_FAILED, "{}", moved.1);
    let hash = world.browser.api(Method::POST, &path, Some(change.clone())).await.1["plan_hash"].clone();
    let saved = world.browser.api(Method::POST, &save(hash.as_str().unwrap()), Some(change)).await;
    assert_eq!((saved.0, &saved.1["items"][0]["change"]), (StatusCode::OK, &json!("changed")), "{}", saved.1);
    let child = world.browser.api(Method::GET, &format!("/api/child-playlists/{child}"), None).await.1;
    assert_eq!((&child["name"], &child["filter"]["rules"][0]["value"]), (&json!("short"), &json!(100_000)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_spotify_refuses_in_the_middle_is_said_exactly() {
    let (world, base, _) = with_child().await;
    let path = format!("/api/base-playlists/{base}/import");
    let entries = json!([
        {"name": "One", "position": 0, "filter": rule("explicit", "is", json!(true))},
        {"name": "Two", "position": 1, "filter": rule("explicit", "is", json!(false))},
    ]);
    let plan = world.browser.api(Method::POST, &path, Some(file(entries.clone()))).await.1;
    let refusal = FaultAction::Answer { status: 403, body: None, retry_after: None, headers: Default::default() };
    let second = FaultRule::new("POST", "/v1/me/playlists", refusal).on(&[2]);
    world.simulator.set_faults(FaultScript::of([second]));
    let save = |plan: &Value| format!("{path}?dry_run=false&plan_hash={}", plan["plan_hash"].as_str().unwrap());
    let (status, problem) = world.browser.api(Method::POST, &save(&plan), Some(file(entries.clone()))).await;
    assert!(status.is_client_error(), "{status}");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.ends_with("Saved before that: One. Not saved: Two."), "{detail}");
    assert_eq!(names(&world, &base).await, BTreeSet::from(["Short".to_owned(), "One".to_owned()]));
    world.simulator.set_faults(FaultScript::default());
    let plan = world.browser.api(Method::POST, &path, Some(file(entries.clone()))).await.1;
    let changes: Vec<&str> =
        plan["entries"].as_array().unwrap().iter().map(|e| e["change"].as_str().unwrap()).collect();
    assert_eq!(changes, ["same", "new"], "the same file goes on where it broke off");
    assert_eq!(world.browser.api(Method::POST, &save(&plan), Some(file(entries))).await.0, StatusCode::OK);
    assert_eq!(names(&world, &base).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_smart_playlist_of_navidrome_is_read_and_its_ratings_are_named() {
    let (world, base, _) = with_child().await;
    let path = format!("/api/base-playlists/{base}/import");
    let nsp = json!({"name": "Eighties", "all": [{"inTheRange": {"year": [1981, 1990]}}, {"gt": {"rating": 3}}]});
    let plan = world.browser.api(Method::POST, &path, Some(nsp)).await.1;
    assert_eq!((plan["format"].as_str(), pointers(&plan["faults"])), (Some("navidrome"), vec!["/all/1/gt/rating"]));
    let nameless = json!({"all": [{"inTheRange": {"year": [1981, 1990]}}]});
    let plan = world.browser.api(Method::POST, &format!("{path}?name=Eighties"), Some(nameless)).await.1;
    assert_eq!((&plan["faults"], &plan["entries"][0]["name"]), (&json!([]), &json!("Eighties")));
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_files_have_their_own_statuses() {
    let (world, base, _) = with_child().await;
    let url = format!("{}/api/base-playlists/{base}/import", world.browser.base);
    let send = |kind: &'static str, body: String| {
        let request = world.browser.http.post(&url).header("cookie", world.browser.cookie_line());
        request.header("content-type", kind).body(body).send()
    };
    let json_kind = "application/json";
    assert_eq!(send(json_kind, "{nonsense".into()).await.unwrap().status(), StatusCode::BAD_REQUEST);
    assert_eq!(send("text/plain", "{}".into()).await.unwrap().status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    // More than other bodies may have, and still a file.
    let long = format!("{{\"explicit\": true, \"name\": \"x\"{}}}", " ".repeat(300 * 1024));
    assert_eq!(send(json_kind, long).await.unwrap().status(), StatusCode::OK);
    let too_long = " ".repeat(1024 * 1024 + 1);
    assert_eq!(send(json_kind, too_long).await.unwrap().status(), StatusCode::PAYLOAD_TOO_LARGE);
    let absent = format!("/api/base-playlists/{ABSENT}/import");
    assert_eq!(world.browser.api(Method::POST, &absent, Some(json!({}))).await.0, StatusCode::NOT_FOUND);
    let (status, schema) = world.browser.api(Method::GET, "/api/schemas/rules-v1.json", None).await;
    assert_eq!((status, schema["title"].as_str()), (StatusCode::OK, Some("Headwater rules")));
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_count_what_they_take_and_say_what_is_withheld() {
    let (world, base, _) = with_child().await;
    let path = format!("/api/base-playlists/{base}/templates");
    let templates = world.browser.api(Method::GET, &path, None).await.1;
    let items = templates["items"].as_array().unwrap();
    let of = |id: &str| items.iter().find(|item| item["id"] == id).unwrap();
    let (clean, explicit) = (of("clean")["count"].as_u64().unwrap(), of("explicit")["count"].as_u64().unwrap());
    assert_eq!((clean + explicit, templates["total"].as_u64()), (60, Some(60)));
    assert_eq!((&of("genre")["is_available"], &of("genre")["count"]), (&json!(false), &Value::Null));
    // A sync of the same filter finds the same number.
    let (child, _) = world.browser.child(&base, "Clean", clean_rule()).await;
    let body = json!({"child_playlist_id": child});
    let preview = world.browser.api(Method::POST, &format!("/api/base-playlists/{base}/preview"), Some(body)).await.1;
    assert_eq!(preview["children"][0]["matched"].as_u64(), Some(clean));
}

fn clean_rule() -> Value {
    json!({"field": "explicit", "op": "is", "value": false})
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_checks_a_file_and_saves_what_was_seen_without_scripts() {
    let (world, base, _) = with_child().await;
    let text = file(json!([{"name": "From a page", "filter": rule("explicit", "is", json!(true))}])).to_string();
    let boundary = "----part";
    let part = |name: &str, more: &str, text: &str| {
        format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"{more}\r\n\r\n{text}\r\n")
    };
    let body = format!(
        "{}{}--{boundary}--\r\n",
        part("file", "; filename=\"rules.json\"\r\ncontent-type: application/json", &text),
        part("text", "", "not this")
    );
    let request = world.browser.http.post(format!("{}/base-playlists/{base}/import/check", world.browser.base));
    let request = request.header("cookie", world.browser.cookie_line());
    let kind = format!("multipart/form-data; boundary={boundary}");
    let answer = request.header("content-type", kind).body(body).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let page = answer.headers()["location"].to_str().unwrap().to_owned();
    let shown = world.browser.send(Method::GET, &page, None, &[]).await.text().await.unwrap();
    assert!(shown.contains("Save this one") && shown.contains("From a page"), "{shown}");
    let hidden = |name: &str| {
        let (_, rest) = shown.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let fields = [("base_id", base.clone()), ("draft", hidden("draft")), ("plan_hash", hidden("plan_hash"))];
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = world.browser.http.post(format!("{}/fn/save_import", world.browser.base));
    let request = request.header("cookie", world.browser.cookie_line()).header("accept", "text/html");
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(pairs.join("&"));
    assert_eq!(request.send().await.unwrap().status(), StatusCode::SEE_OTHER);
    assert!(names(&world, &base).await.contains("From a page"));
    let stranger = Browser::new(world.browser.base.clone());
    let other = world.simulator.create_account("Other");
    stranger.sign_in_as(other.as_str()).await;
    let theirs = stranger.send(Method::GET, &page, None, &[]).await;
    assert_eq!(theirs.status(), StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_export_and_import_in_a_process_of_their_own() {
    let (world, base, _) = with_child().await;
    let dir = world.dir.path().to_owned();
    let run = |args: Vec<String>| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_headwater"));
        command.args(args).arg("--data-dir").arg(&dir).env("SPOTIFY_CLIENT_ID", "test").env_remove("DATABASE_URL");
        command.env("SPOTIFY_API_URL", format!("{}/v1", world.spotify.url()));
        command.env("SPOTIFY_ACCOUNTS_URL", world.spotify.url());
        let output = tokio::task::block_in_place(|| command.output().unwrap());
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    };
    let words = |line: &str| line.split('|').map(str::to_owned).collect::<Vec<_>>();
    let (code, exported, error) = run(words("export|kitchen radio"));
    assert_eq!(code, 0, "{error}");
    let mut whole: Value = serde_json::from_str(&exported).unwrap();
    assert_eq!(whole["child_playlists"][0]["name"], "Short");
    assert_eq!(run(words("export|No such base")).0, 3);
    assert_eq!(run(words("export|Kitchen Radio|--child|No such child")).0, 3);
    assert_eq!(run(words("export|Kitchen Radio|--user|nobody")).0, 3);

    let path = dir.join("rules.json");
    let import = |more: &str| {
        let mut args = words("import|Kitchen Radio");
        args.push(path.to_str().unwrap().to_owned());
        args.extend(more.split(' ').filter(|arg| !arg.is_empty()).map(str::to_owned));
        run(args)
    };
    let mut second = whole["child_playlists"][0].clone();
    (second["name"], second["position"]) = (json!("Second"), json!(1));
    whole["child_playlists"].as_array_mut().unwrap().push(second);
    std::fs::write(&path, whole.to_string()).unwrap();
    let (code, said, _) = import("--dry-run");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Short (same already)") && said.contains("Second (new"), "{said}");
    assert_eq!(names(&world, &base).await.len(), 1);
    let (code, said, error) = import("--json");
    assert_eq!(code, 0, "{said} {error}");
    assert_eq!(serde_json::from_str::<Value>(&said).unwrap()[0]["name"], "Second");
    assert_eq!(names(&world, &base).await.len(), 2);
    whole["child_playlists"][0]["filter"]["rules"][0]["field"] = json!("lenght");
    std::fs::write(&path, whole.to_string()).unwrap();
    let (code, said, _) = import("");
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("/child_playlists/0/filter/rules/0/field"), "{said}");
    std::fs::write(&path, "{nonsense").unwrap();
    assert_eq!(import("").0, 4);
}
