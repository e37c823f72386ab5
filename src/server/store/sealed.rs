//! All secrets of all people, for sealing them with another key.

use super::{Store, StoreError, id_of};
use crate::domain::ids::UserId;
use crate::server::seal::{SealError, TokenKind};

/// Why secrets could not be sealed anew: nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ResealError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl From<sqlx::Error> for ResealError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Where secrets stand: how they are found, how they are put back, what they are.
const PLACES: [(&str, &str, TokenKind); 3] = [
    ("select id, access_token from users", "update users set access_token = $2 where id = $1", TokenKind::Access),
    ("select id, refresh_token from users", "update users set refresh_token = $2 where id = $1", TokenKind::Refresh),
    ("select user_id, secret from webhooks", "update webhooks set secret = $2 where user_id = $1", TokenKind::Webhook),
];

impl Store {
    /// Puts what `reseal` makes of each secret in its place, all of them or none; gives how many there are.
    pub async fn reseal(
        &self,
        reseal: impl Fn(UserId, TokenKind, &[u8]) -> Result<Vec<u8>, SealError>,
    ) -> Result<u32, ResealError> {
        let mut transaction = self.begin_write().await?;
        let mut count = 0;
        for (select, update, kind) in PLACES {
            let rows: Vec<(String, Vec<u8>)> = sqlx::query_as(select).fetch_all(&mut *transaction).await?;
            for (user, blob) in rows {
                let sealed = reseal(id_of(UserId::parse, &user)?, kind, &blob)?;
                sqlx::query(update).bind(user).bind(sealed).execute(&mut *transaction).await?;
                count += 1;
            }
        }
        transaction.commit().await?;
        Ok(count)
    }
}
