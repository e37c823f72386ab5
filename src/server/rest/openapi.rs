//! The description of the contract, made from the code, and its page, which needs no internet.

use super::{
    base_playlists, base_tracks, cache, changes, child_playlists, explanations, feeds, hand_edits, health, insights,
    me, previews, requests, restores, routing, rules_files, spotify_playlists, sync_batches, sync_events, sync_streams,
    tags, templates, webhooks,
};
use crate::domain::sync::progress::RunProgress;
use utoipa::OpenApi;

/// Every route of the contract.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Headwater",
        description = "One base playlist flows by rules into its child playlists.",
        license(name = "MIT OR Apache-2.0")
    ),
    paths(
        me::get,
        me::update,
        me::delete,
        spotify_playlists::list,
        base_playlists::list,
        base_playlists::create,
        base_playlists::get,
        base_playlists::update,
        base_playlists::delete,
        child_playlists::list,
        child_playlists::create,
        child_playlists::get,
        child_playlists::update,
        child_playlists::delete,
        base_tracks::get,
        previews::create,
        routing::get,
        routing::list_tracks,
        rules_files::export_child,
        rules_files::export_base,
        rules_files::import,
        rules_files::schema,
        templates::list,
        explanations::explain,
        explanations::lint,
        explanations::coverage,
        sync_events::create,
        sync_events::status,
        sync_events::get,
        sync_events::list,
        sync_events::cancel,
        sync_events::resume,
        hand_edits::list,
        hand_edits::answer,
        changes::get,
        changes::csv,
        restores::preview,
        restores::create,
        restores::create_of_child,
        sync_batches::create,
        sync_batches::get,
        sync_batches::cancel,
        webhooks::get,
        webhooks::set,
        webhooks::delete,
        webhooks::try_out,
        feeds::get,
        sync_streams::get,
        insights::get,
        insights::csv,
        tags::list,
        tags::add,
        tags::remove,
        tags::import,
        tags::delete,
        requests::get,
        cache::get,
        cache::clear,
        cache::clear_one,
        cache::warm,
        health::live,
        health::ready,
        health::metrics
    ),
    components(schemas(RunProgress))
)]
pub struct ApiDescription;
