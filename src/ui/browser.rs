//! What only a browser can do, said once; on the server these do nothing.

/// Asks our own server; gives status and body. `Err` where no answer came.
#[cfg(feature = "hydrate")]
pub async fn get_text(path: &str) -> Result<(u16, String), ()> {
    let answer = gloo_net::http::Request::get(path).send().await.map_err(drop)?;
    let text = answer.text().await.map_err(drop)?;
    Ok((answer.status(), text))
}

/// Pages on the server read through server functions.
#[cfg(not(feature = "hydrate"))]
pub async fn get_text(_path: &str) -> Result<(u16, String), ()> {
    Err(())
}
