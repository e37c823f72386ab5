//! The page of buttons on which somebody chooses an account.

use crate::simulator::urls;
use http::Uri;
use std::fmt::Write;

/// The page for a request that named nobody: one link per account, and one to refuse.
pub(super) fn choose(asked: &Uri, people: &[(String, String)]) -> String {
    let query = asked.query().unwrap_or_default();
    let query = without_user(query);
    let mut links = String::new();
    for (id, name) in people {
        let target = format!("{}?{query}&user={}", asked.path(), urls::encoded(id));
        let (target, name) = (escaped(&target), escaped(name));
        // Writing to a text cannot fail.
        let _ = writeln!(links, r#"<p><a href="{target}">Continue as {name}</a></p>"#);
    }
    let deny = escaped(&format!("{}?{query}&deny=1", asked.path()));
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Simulated Spotify: sign in</title>
</head>
<body>
<main>
<h1>Simulated Spotify</h1>
<p>This is not Spotify. Choose the account that signs in.</p>
{links}<p><a href="{deny}">Cancel</a></p>
</main>
</body>
</html>
"#
    )
}

/// A name that does not exist must not come back in the links.
fn without_user(query: &str) -> String {
    query.split('&').filter(|pair| !pair.starts_with("user=")).collect::<Vec<_>>().join("&")
}

/// Text as it may stand in HTML and in quoted attributes.
pub(in crate::simulator) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_carry_the_request_on_and_nothing_breaks_out() {
        let asked: Uri = "/demo/authorize?client_id=a&user=nobody&state=%22x".parse().expect("uri");
        let page = choose(&asked, &[("al ma".into(), "<b>Alma</b>".into())]);
        assert!(page.contains(r#"href="/demo/authorize?client_id=a&amp;state=%22x&amp;user=al%20ma""#), "{page}");
        assert!(page.contains("Continue as &lt;b&gt;Alma&lt;/b&gt;"));
        assert!(page.contains("&amp;deny=1"));
    }
}
