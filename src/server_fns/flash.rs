//! One message for the next page, carried by a cookie so that it survives a redirect.

use crate::error::AppError;
use crate::server_fns::wire::Wire;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the message reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlashKind {
    /// It worked.
    Success,
    /// It did not.
    Error,
}

/// The message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    pub kind: FlashKind,
    /// What happened and what was changed.
    pub text: String,
    /// What to do.
    #[serde(default)]
    pub hint: Option<String>,
}

/// The message for this page, read once.
#[server(endpoint = "take_flash")]
pub async fn take_flash() -> Result<Wire<Option<Flash>>, AppError> {
    Wire::of(&crate::server::adapt::take_flash())
}
