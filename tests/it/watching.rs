//! Listening to a run as a browser does.

use super::world::Browser;
use reqwest::{Method, StatusCode};
use serde_json::Value;

/// One server-sent event.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub id: Option<String>,
    pub kind: String,
    pub body: Value,
}

/// An open stream.
pub struct Watching {
    response: reqwest::Response,
    text: String,
}

impl Watching {
    pub async fn open(browser: &Browser, id: &str, last: Option<&str>) -> Self {
        let headers: Vec<(&str, &str)> = last.map(|last| ("last-event-id", last)).into_iter().collect();
        let response = browser.send(Method::GET, &format!("/api/sync-events/{id}/stream"), None, &headers).await;
        assert_eq!(response.status(), StatusCode::OK);
        Self { response, text: String::new() }
    }

    /// The next event; `None` when the server has closed the stream.
    pub async fn next(&mut self) -> Option<Told> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let told = parse(block);
                self.text = rest.to_owned();
                if told.is_some() {
                    return told;
                }
                continue;
            }
            let chunk = self.response.chunk().await.unwrap()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    pub async fn rest(mut self) -> Vec<Told> {
        let mut all = Vec::new();
        while let Some(told) = self.next().await {
            all.push(told);
        }
        all
    }
}

/// `None` for a comment.
fn parse(block: &str) -> Option<Told> {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(|text| text.trim().to_owned());
    let body = serde_json::from_str(&field("data:")?).unwrap();
    Some(Told { id: field("id:"), kind: field("event:")?, body })
}
