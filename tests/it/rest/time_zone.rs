//! The zone that the browser reports counts until somebody names one.

use super::*;

async fn report(world: &World, zone: &str) -> StatusCode {
    let url = format!("{}/fn/report_time_zone", world.browser.base);
    let request = world.browser.http.post(url).header("cookie", world.browser.cookie_line());
    request.form(&[("time_zone", zone)]).send().await.unwrap().status()
}

async fn zone(world: &World) -> Value {
    world.browser.api(Method::GET, "/api/me", None).await.1["time_zone"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reported_zone_is_taken_once_and_never_over_a_chosen_one() {
    let reporting = world(Mode::Development).await;
    assert_eq!(zone(&reporting).await, "UTC");
    assert_eq!(report(&reporting, "Mars/Olympus").await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(zone(&reporting).await, "UTC");
    report(&reporting, "Europe/Berlin").await;
    assert_eq!(zone(&reporting).await, "Europe/Berlin");
    report(&reporting, "Asia/Tokyo").await;
    assert_eq!(zone(&reporting).await, "Europe/Berlin");

    let choosing = world(Mode::Development).await;
    let chosen = json!({"time_zone": "UTC"});
    assert_eq!(choosing.browser.api(Method::PATCH, "/api/me", Some(chosen)).await.0, StatusCode::OK);
    report(&choosing, "Europe/Berlin").await;
    assert_eq!(zone(&choosing).await, "UTC", "UTC was chosen, not merely the beginning");
}
