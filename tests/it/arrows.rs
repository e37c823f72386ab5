//! The map of the house held against the code: who may name whom.

use std::path::{Path, PathBuf};

fn files(below: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                let short = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_owned();
                if short.to_str().unwrap().starts_with(below) {
                    found.push((short, std::fs::read_to_string(&path).unwrap()));
                }
            }
        }
    }
    assert!(!found.is_empty(), "nothing below {below}");
    found
}

/// Lines of code, not of comments, that contain one of `words`.
fn naming(below: &str, words: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut broken = Vec::new();
    for (path, text) in files(below) {
        if allowed.iter().any(|allowed| path.to_str().unwrap().starts_with(allowed)) {
            continue;
        }
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            if words.iter().any(|word| line.contains(word)) {
                broken.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    broken
}

#[test]
fn the_domain_names_nothing_of_ours_and_does_no_io() {
    let outside = [
        "crate::app",
        "crate::error",
        "crate::server",
        "crate::ui",
        "crate::commands",
        "crate::simulator",
        "crate::startup",
    ];
    assert_eq!(naming("src/domain", &outside, &[]), Vec::<String>::new());
    let doing = [
        "leptos::",
        "tokio::",
        "axum::",
        "sqlx::",
        "reqwest::",
        "std::fs",
        "std::net",
        "SystemTime",
        "Instant::now",
        "async fn",
    ];
    assert_eq!(naming("src/domain", &doing, &[]), Vec::<String>::new());
}

#[test]
fn each_library_lives_in_its_room() {
    assert_eq!(naming("src", &["sqlx::"], &["src/server/store"]), Vec::<String>::new());
    assert_eq!(naming("src", &["reqwest::"], &["src/server/spotify", "src/server/webhooks"]), Vec::<String>::new());
    assert_eq!(naming("src", &["redis::"], &["src/server/spotify"]), Vec::<String>::new());
    assert_eq!(
        naming("src", &["tower_sessions::"], &["src/server/middleware", "src/server/adapt.rs"]),
        Vec::<String>::new()
    );
}

#[test]
fn pages_do_not_see_the_server_and_the_simulator_sees_nobody() {
    assert_eq!(naming("src/ui", &["crate::server::"], &[]), Vec::<String>::new());
    let ours = [
        "crate::app",
        "crate::domain",
        "crate::error",
        "crate::server",
        "crate::ui",
        "crate::commands",
        "crate::startup",
    ];
    assert_eq!(naming("src/simulator", &ours, &[]), Vec::<String>::new());
    assert_eq!(
        naming(
            "src/server",
            &["crate::startup", "crate::commands", "crate::simulator", "crate::app::", "crate::ui"],
            &[]
        ),
        Vec::<String>::new()
    );
}

#[test]
fn main_is_a_table_of_contents() {
    let (_, text) = files("src/main.rs").pop().unwrap();
    assert!(text.lines().count() < 40);
}
