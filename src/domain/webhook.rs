//! Telling another program when a sync has ended, as <https://www.standardwebhooks.com> describes it.

use crate::domain::ids::SyncEventId;
use serde::{Deserialize, Serialize};

/// Which ended syncs are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// All.
    Ended,
    /// All but those that found nothing to do.
    #[default]
    Changed,
    /// Those that failed, but not cancelled ones.
    Failed,
}

impl Told {
    /// Every value, in order.
    pub const ALL: [Self; 3] = [Self::Changed, Self::Failed, Self::Ended];

    /// The word used in database and API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::Changed => "changed",
            Self::Failed => "failed",
        }
    }

    /// Reads that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// For people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Ended => "Every sync, also those that find nothing to do",
            Self::Changed => "Every sync that changed something or failed",
            Self::Failed => "Only syncs that failed",
        }
    }
}

/// One message, sent or on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct WebhookDelivery {
    /// Sent as `webhook-id`; the same at each try.
    pub id: String,
    /// `null` for a trial.
    pub sync_event_id: Option<SyncEventId>,
    pub tries: u32,
    /// RFC 3339, UTC; `null` until it has arrived.
    pub delivered_at: Option<String>,
    /// RFC 3339, UTC; `null` when it is over.
    pub next_try_at: Option<String>,
    /// Why the last try failed.
    pub error: Option<String>,
    pub created: String,
}

/// Where syncs of a person are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Webhook {
    pub url: String,
    pub told: Told,
    /// What messages are signed with; only in the answer that made it.
    pub secret: Option<String>,
    /// RFC 3339, UTC.
    pub created: String,
    /// The last messages, the newest first.
    pub deliveries: Vec<WebhookDelivery>,
}

/// Waits between tries in seconds, as the Standard Webhooks specification proposes them.
const WAITS_S: [i64; 7] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400];

/// When a message is tried again that has failed so many times, in milliseconds from then; `None`: never.
pub fn wait_ms(tries: u32) -> Option<i64> {
    let at = usize::try_from(tries).ok()?.checked_sub(1)?;
    WAITS_S.get(at).map(|seconds| seconds * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_tried_for_more_than_a_day_and_then_given_up() {
        let waits: Vec<i64> = (1..).map_while(wait_ms).collect();
        assert_eq!(waits.len(), 7);
        assert!(waits.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(waits.iter().sum::<i64>() > 86_400_000);
        assert_eq!(wait_ms(0), None);
        assert!(Told::ALL.iter().all(|told| Told::parse(told.as_str()) == Some(*told)));
    }
}
