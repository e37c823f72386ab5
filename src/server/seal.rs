//! Spotify tokens at rest: XChaCha20-Poly1305, bound to the user, the kind of token and the key.

use crate::domain::ids::UserId;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretString};

const VERSION: u8 = 1;
const NONCE_LEN: usize = 24;
const HEADER_LEN: usize = 2 + NONCE_LEN;

/// Which token: an access token cannot be passed off as a refresh token.
#[derive(Debug, Clone, Copy)]
pub enum TokenKind {
    Access,
    Refresh,
    /// What messages to another program are signed with.
    Webhook,
}

/// Why a token could not be sealed or opened. Says nothing about its contents.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error("a stored token cannot be opened: was the secret key changed?")]
    CannotOpen,
    #[error("no randomness from the operating system")]
    NoRandomness,
    #[error("the secret key must be 32 bytes in base64")]
    BadKey,
}

/// The key with its id, so that a later key can be told from it.
#[derive(Clone)]
pub struct Sealer {
    cipher: XChaCha20Poly1305,
    key_id: u8,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sealer").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

impl Sealer {
    /// From 32 bytes.
    pub fn new(key: &[u8]) -> Result<Self, SealError> {
        let cipher = XChaCha20Poly1305::new_from_slice(key).map_err(|_| SealError::BadKey)?;
        Ok(Self { cipher, key_id: 1 })
    }

    /// Seals a token of a user.
    pub fn seal(&self, user: UserId, kind: TokenKind, token: &SecretString) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|_| SealError::NoRandomness)?;
        let aad = associated(user, kind, self.key_id);
        let payload = Payload { msg: token.expose_secret().as_bytes(), aad: &aad };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| SealError::CannotOpen)?;
        Ok([&[VERSION, self.key_id][..], &nonce, &sealed].concat())
    }

    /// Opens what `seal` made for the same user and kind.
    pub fn open(&self, user: UserId, kind: TokenKind, blob: &[u8]) -> Result<SecretString, SealError> {
        let (header, sealed) = blob.split_at_checked(HEADER_LEN).ok_or(SealError::CannotOpen)?;
        if header[0] != VERSION || header[1] != self.key_id {
            return Err(SealError::CannotOpen);
        }
        let nonce: [u8; NONCE_LEN] = header[2..].try_into().map_err(|_| SealError::CannotOpen)?;
        let aad = associated(user, kind, self.key_id);
        let opened = self
            .cipher
            .decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: &aad })
            .map_err(|_| SealError::CannotOpen)?;
        String::from_utf8(opened).map(SecretString::from).map_err(|_| SealError::CannotOpen)
    }
}

fn associated(user: UserId, kind: TokenKind, key_id: u8) -> Vec<u8> {
    let kind = match kind {
        TokenKind::Access => "access",
        TokenKind::Refresh => "refresh",
        TokenKind::Webhook => "webhook",
    };
    format!("{user}:{kind}:{key_id}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(n: u128) -> UserId {
        UserId::from_uuid(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn a_token_opens_only_for_its_user_and_kind() {
        let sealer = Sealer::new(&[7; 32]).unwrap();
        let blob = sealer.seal(user(1), TokenKind::Refresh, &SecretString::from("hush")).unwrap();
        assert!(!blob.windows(4).any(|w| w == b"hush"));
        assert_eq!(sealer.open(user(1), TokenKind::Refresh, &blob).unwrap().expose_secret(), "hush");
        assert!(sealer.open(user(2), TokenKind::Refresh, &blob).is_err());
        assert!(sealer.open(user(1), TokenKind::Access, &blob).is_err());
        assert!(Sealer::new(&[8; 32]).unwrap().open(user(1), TokenKind::Refresh, &blob).is_err());
    }

    #[test]
    fn every_flipped_byte_is_noticed() {
        let sealer = Sealer::new(&[7; 32]).unwrap();
        let blob = sealer.seal(user(1), TokenKind::Access, &SecretString::from("hush")).unwrap();
        for at in 0..blob.len() {
            let mut broken = blob.clone();
            broken[at] ^= 1;
            assert!(sealer.open(user(1), TokenKind::Access, &broken).is_err(), "byte {at}");
        }
        assert!(sealer.open(user(1), TokenKind::Access, &blob[..10]).is_err());
    }
}
