//! Starters for a new child playlist.

use crate::domain::playlist::BasePlaylist;
use crate::error::AppError;
use crate::server_fns::wire::Wire;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A starter as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateCard {
    pub name: String,
    pub sentence: String,
    pub reason: String,
    /// Songs of the base that it takes.
    pub count: Option<u32>,
    /// The editor with these rules in it; none where Spotify withholds what they ask for.
    pub path: Option<String>,
}

/// All of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TemplateCards {
    pub base: BasePlaylist,
    /// Songs in the base.
    pub total: u32,
    pub items: Vec<TemplateCard>,
}

/// What a base offers to start from.
#[server(endpoint = "get_templates")]
pub async fn get_templates(base_id: String) -> Result<Wire<TemplateCards>, AppError> {
    use crate::domain::filter::form::FilterForm;
    use crate::server::{adapt, operations};
    use crate::server_fns::child_draft::ChildDraft;
    let found = adapt::signed_in(|state, user| async move {
        let base = operations::base_playlists::get(&state, &user, &base_id).await?;
        let templates = operations::templates::list(&state, &user, &base_id).await?;
        let card = |template: crate::domain::templates::Template| {
            let draft = ChildDraft {
                base_id: base_id.clone(),
                name: template.name.clone(),
                filter: FilterForm::from_filter(&template.filter),
                ..ChildDraft::default()
            };
            TemplateCard {
                name: template.name,
                sentence: template.sentence,
                reason: template.reason,
                count: template.count,
                path: template.is_available.then(|| draft.path("preview")),
            }
        };
        Ok(TemplateCards { base, total: templates.total, items: templates.items.into_iter().map(card).collect() })
    })
    .await?;
    Wire::of(&found)
}
