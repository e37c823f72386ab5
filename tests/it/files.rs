//! Files of the browser's half, and the pages that are made at the same time.

use crate::world::{Browser, world_with};
use headwater::simulator::config::Mode;
use reqwest::{Method, StatusCode};

const ROUNDS: usize = 150;

async fn policy_of(browser: &Browser, path: &str) -> String {
    let response = browser.send(Method::GET, path, None, &[]).await;
    response.headers()["content-security-policy"].to_str().unwrap().to_owned()
}

/// On one thread, so that a file is asked for while a page waits for the database.
#[tokio::test]
async fn a_page_keeps_its_policy_while_files_are_served() {
    let site = tempfile::tempdir().unwrap();
    std::fs::create_dir(site.path().join("pkg")).unwrap();
    std::fs::write(site.path().join("pkg/some.wasm"), [0; 64]).unwrap();
    let world = world_with(Mode::Extended, |config| config.site_root = site.path().to_owned()).await;
    let browser = &world.browser;
    for round in 0..ROUNDS {
        let (page, file, missing, other) = tokio::join!(
            policy_of(browser, "/history"),
            policy_of(browser, "/pkg/some.wasm"),
            policy_of(browser, "/nothing"),
            policy_of(browser, "/pkg/some.wasm"),
        );
        for page in [page, missing] {
            assert!(page.contains("strict-dynamic"), "round {round}: {page}");
        }
        for file in [file, other] {
            assert!(!file.contains("strict-dynamic"), "round {round}: {file}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_a_page_that_says_so() {
    let site = tempfile::tempdir().unwrap();
    std::fs::create_dir(site.path().join("pkg")).unwrap();
    std::fs::write(site.path().join("pkg/some.css"), "p {}").unwrap();
    let world = world_with(Mode::Extended, |config| config.site_root = site.path().to_owned()).await;
    for path in ["/nothing", "/pkg/other.css", "/pkg", "/pkg/../../etc/passwd", "/pkg/%2e%2e/%2e%2e/etc/passwd"] {
        let response = world.browser.send(Method::GET, path, None, &[]).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(response.text().await.unwrap().contains("</html>"), "{path}");
    }
    let response = world.browser.send(Method::GET, "/pkg/some.css", None, &[]).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/css");
    let response = world.browser.send(Method::POST, "/pkg/some.css", None, &[]).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
}
