//! The server as a whole: every route and layer in one list, and how it starts and stops.

use crate::app::{App, shell};
use crate::server::adapt::{allow_page_scripts, chosen_theme};
use crate::server::middleware::{csrf, headers, host, limits, session};
use crate::server::rest::{
    access, auth, base_playlists, base_tracks, cache, changes, child_playlists, explanations, extract, feeds,
    hand_edits, health, insights, me, openapi, previews, requests, restores, routing, rules_files, spotify_playlists,
    sync_batches, sync_events, sync_streams, tags, templates, theme, webhooks,
};
use crate::server::state::AppState;
use crate::server::{jobs, sync};
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{delete, get, post, put};
use axum::{Router, http::HeaderName};
use leptos::prelude::provide_context;
use leptos_axum::{
    AxumRouteListing, LeptosRoutes, generate_route_list, handle_server_fns_with_context, render_app_async_with_context,
};
use std::net::SocketAddr;
use std::sync::OnceLock;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::services::ServeDir;
use tower_http::trace::TraceLayer;
use utoipa_swagger_ui::SwaggerUi;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Every route, then every layer.
pub fn router(state: AppState) -> Router {
    Router::new()
        .merge(api())
        .merge(sign_in())
        .merge(pages(&state))
        .merge(
            SwaggerUi::new("/api/docs")
                .url("/api/openapi.json", <openapi::ApiDescription as utoipa::OpenApi>::openapi()),
        )
        .with_state(state.clone())
        .layer(DefaultBodyLimit::max(extract::BODY_LEN_MAX))
        .layer(session::layer(state.store.clone(), &state.config))
        .layer(from_fn_with_state(state.config.clone(), csrf::check))
        .layer(from_fn(limits::in_flight))
        .layer(from_fn_with_state(state.config.clone(), headers::add))
        .layer(from_fn_with_state(state.config.clone(), host::check))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::new())
        .layer(TraceLayer::new_for_http())
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
}

/// The HTTP contract.
fn api() -> Router<AppState> {
    Router::new()
        .route("/api/tokens", get(access::list_tokens).post(access::create_token))
        .route("/api/tokens/{id}", delete(access::delete_token))
        .route("/api/sessions", get(access::list_sessions))
        .route("/api/sessions/{id}", delete(access::end_session))
        .route("/api/me/export", get(me::export))
        .route("/api/me", get(me::get).patch(me::update).delete(me::delete))
        .route("/api/spotify/playlists", get(spotify_playlists::list))
        .route("/api/base-playlists", get(base_playlists::list).post(base_playlists::create))
        .route(
            "/api/base-playlists/{id}",
            get(base_playlists::get).patch(base_playlists::update).delete(base_playlists::delete),
        )
        .route("/api/base-playlists/{id}/child-playlists", get(child_playlists::list).post(child_playlists::create))
        .route(
            "/api/child-playlists/{id}",
            get(child_playlists::get).patch(child_playlists::update).delete(child_playlists::delete),
        )
        .route("/api/base-playlists/{id}/tracks", get(base_tracks::get))
        .route("/api/base-playlists/{id}/preview", post(previews::create))
        .route("/api/base-playlists/{id}/routing", get(routing::get))
        .route("/api/base-playlists/{id}/routing/tracks", get(routing::list_tracks))
        .route("/api/base-playlists/{id}/explain", post(explanations::explain))
        .route("/api/base-playlists/{id}/journey", get(explanations::journey))
        .route("/api/base-playlists/{id}/lint", post(explanations::lint))
        .route("/api/base-playlists/{id}/coverage", get(explanations::coverage))
        .route("/api/base-playlists/{id}/sync", post(sync_events::create))
        .route("/api/base-playlists/{id}/sync-status", get(sync_events::status))
        .route("/api/child-playlists/{id}/export", get(rules_files::export_child))
        .route("/api/base-playlists/{id}/export", get(rules_files::export_base))
        .route("/api/base-playlists/{id}/import", post(rules_files::import))
        .route("/api/base-playlists/{id}/templates", get(templates::list))
        .route("/api/schemas/rules-v1.json", get(rules_files::schema))
        .route("/api/sync-events", get(sync_events::list))
        .route("/api/sync-events.atom", get(feeds::get))
        .route("/api/sync-events/{id}", get(sync_events::get))
        .route("/api/sync-events/{id}/stream", get(sync_streams::get))
        .route("/api/sync-events/{id}/cancel", post(sync_events::cancel))
        .route("/api/sync-events/{id}/resume", post(sync_events::resume))
        .route("/api/child-playlists/{id}/hand-edits", get(hand_edits::list).post(hand_edits::answer))
        .route("/api/sync-events/{id}/children/{child_id}/changes", get(changes::get))
        .route("/api/sync-events/{id}/children/{child_id}/changes.csv", get(changes::csv))
        .route("/api/sync-events/{id}/restore", get(restores::preview).post(restores::create))
        .route("/api/sync-events/{id}/children/{child_id}/restore", post(restores::create_of_child))
        .route("/api/sync-batches", post(sync_batches::create))
        .route("/api/sync-batches/{id}", get(sync_batches::get))
        .route("/api/sync-batches/{id}/cancel", post(sync_batches::cancel))
        .route("/api/webhook", get(webhooks::get).put(webhooks::set).delete(webhooks::delete))
        .route("/api/webhook/trial", post(webhooks::try_out))
        .route("/api/insights", get(insights::get))
        .route("/api/insights/{table}", get(insights::csv))
        .route("/api/tags", get(tags::list))
        .route("/api/tags/{tag}", delete(tags::delete))
        .route("/api/tags/{tag}/items", put(tags::add).delete(tags::remove))
        .route("/api/tags/{tag}/import", post(tags::import))
        .route("/api/requests", get(requests::get))
        .route("/api/cache", get(cache::get))
        .route("/api/cache/warm", post(cache::warm))
        .route("/api/cache/{kind}", delete(cache::clear))
        .route("/api/cache/{kind}/{id}", delete(cache::clear_one))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
}

/// Signing in and out.
fn sign_in() -> Router<AppState> {
    Router::new()
        .route("/auth/login", get(auth::login))
        .route("/auth/callback", get(auth::callback))
        .route("/auth/logout", post(auth::logout))
        .route("/theme", post(theme::set))
        .route("/auth/demo", post(auth::demo))
        .route("/auth/demo/reset", post(auth::reset_demo))
}

/// Pages, their server functions, and files.
fn pages(state: &AppState) -> Router<AppState> {
    let context = {
        let state = state.clone();
        move || provide_context(state.clone())
    };
    let page = {
        let options = state.leptos.clone();
        move || {
            allow_page_scripts();
            let theme = chosen_theme();
            provide_context(theme);
            shell(options.clone(), theme)
        }
    };
    let missing = render_app_async_with_context(context.clone(), page.clone());
    let functions = {
        let context = context.clone();
        move |request| handle_server_fns_with_context(context, request)
    };
    let file = DefaultBodyLimit::max(rules_files::FORM_LEN_MAX);
    Router::new()
        .route("/base-playlists/{id}/import/check", post(rules_files::check_form).layer(file))
        .route("/fn/{*function}", post(functions.clone()).get(functions))
        .leptos_routes_with_context(state, page_routes(), context, page)
        .fallback_service(
            files(&state.leptos.site_root).fallback(get(async move |request| not_found(missing(request).await))),
        )
}

/// What the build made. Not by leptos' own handler of files: while a page is rendered on the same thread, that one finds
/// the page's `ResponseOptions` and takes its headers, the policy for scripts among them, for the file.
fn files(root: &str) -> ServeDir {
    ServeDir::new(root).append_index_html_on_directories(false).call_fallback_on_method_not_allowed(true)
}

/// The page says so too; what it set itself, as a redirect to sign in, stays.
fn not_found(mut page: Response) -> Response {
    if page.status() == StatusCode::OK {
        *page.status_mut() = StatusCode::NOT_FOUND;
    }
    page
}

/// The routes of the pages, listed once in a process: while leptos lists them, no page anywhere in the process loads
/// its data, and one that is being rendered for another server of ours would wait for ever.
fn page_routes() -> Vec<AxumRouteListing> {
    static ROUTES: OnceLock<Vec<AxumRouteListing>> = OnceLock::new();
    ROUTES.get_or_init(|| generate_route_list(App)).clone()
}

/// Serves until `stop`, then lets running syncs reach a safe point.
pub async fn run(listener: TcpListener, state: AppState, more: Router, stop: CancellationToken) -> std::io::Result<()> {
    // Before the first request: what a dead process left must not look like a running sync.
    if let Err(error) = sync::recover::sweep(&state).await {
        tracing::error!(%error, "syncs of dead processes could not be looked for");
    }
    let jobs = tokio::spawn(jobs::run(state.clone(), stop.clone()));
    tokio::spawn(jobs::tell(state.clone(), stop.clone()));
    tokio::spawn(jobs::back_up(state.clone(), stop.clone()));
    let service = more.merge(router(state.clone())).into_make_service_with_connect_info::<SocketAddr>();
    let stopped = stop.clone();
    let serving = tokio::spawn(
        axum::serve(listener, service).with_graceful_shutdown(async move { stopped.cancelled().await }).into_future(),
    );
    stop.cancelled().await;
    let clean = async {
        state.running.shut_down().await;
        let _ = jobs.await;
        if let Err(error) = state.spotify.save_counts().await {
            tracing::warn!(%error, "the latest requests are not counted");
        }
        let _ = serving.await;
    };
    if tokio::time::timeout(STOP_WITHIN, clean).await.is_err() {
        tracing::warn!("stopped before everything had ended; the next start cleans up");
    }
    Ok(())
}

/// Whoever stops us waits no longer than this.
const STOP_WITHIN: std::time::Duration = std::time::Duration::from_secs(10);
