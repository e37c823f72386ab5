//! Spotify tokens and other secrets at rest: XChaCha20-Poly1305, bound to the user, the kind of secret and the key.

use crate::domain::ids::UserId;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretString};

const VERSION: u8 = 1;
const NONCE_LEN: usize = 24;
const HEADER_LEN: usize = 2 + NONCE_LEN;
/// Bytes of a key.
pub const KEY_LEN: usize = 32;

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
    #[error("the secret key must be 32 bytes in base64; before it may stand its number and a colon")]
    BadKey,
}

/// One key with its number.
#[derive(Clone)]
struct Key {
    id: u8,
    cipher: XChaCha20Poly1305,
}

/// The keys: the first seals, each opens what was sealed with it.
#[derive(Clone)]
pub struct Sealer {
    current: Key,
    previous: Option<Key>,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sealer").field("key_id", &self.current.id).finish_non_exhaustive()
    }
}

fn key((id, bytes): (u8, &[u8])) -> Result<Key, SealError> {
    let cipher = XChaCha20Poly1305::new_from_slice(bytes).map_err(|_| SealError::BadKey)?;
    Ok(Key { id, cipher })
}

impl Sealer {
    /// From 32 bytes, as key number 1.
    pub fn new(bytes: &[u8]) -> Result<Self, SealError> {
        Self::with((1, bytes), None)
    }

    /// From the key that seals and the one before it, each with its number.
    pub fn with(current: (u8, &[u8]), previous: Option<(u8, &[u8])>) -> Result<Self, SealError> {
        if previous.is_some_and(|(id, _)| id == current.0) {
            return Err(SealError::BadKey);
        }
        Ok(Self { current: key(current)?, previous: previous.map(key).transpose()? })
    }

    /// Seals a token of a user.
    pub fn seal(&self, user: UserId, kind: TokenKind, token: &SecretString) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|_| SealError::NoRandomness)?;
        let aad = associated(user, kind, self.current.id);
        let payload = Payload { msg: token.expose_secret().as_bytes(), aad: &aad };
        let sealed = self.current.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| SealError::CannotOpen)?;
        Ok([&[VERSION, self.current.id][..], &nonce, &sealed].concat())
    }

    /// Opens what `seal` made for the same user and kind.
    pub fn open(&self, user: UserId, kind: TokenKind, blob: &[u8]) -> Result<SecretString, SealError> {
        let (header, sealed) = blob.split_at_checked(HEADER_LEN).ok_or(SealError::CannotOpen)?;
        let keys = [Some(&self.current), self.previous.as_ref()];
        let key = keys.into_iter().flatten().find(|key| key.id == header[1]);
        let key = key.filter(|_| header[0] == VERSION).ok_or(SealError::CannotOpen)?;
        let nonce: [u8; NONCE_LEN] = header[2..].try_into().map_err(|_| SealError::CannotOpen)?;
        let aad = associated(user, kind, key.id);
        let opened = key
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
    fn the_key_before_opens_what_it_sealed_and_seals_no_more() {
        let old = Sealer::new(&[7; 32]).unwrap();
        let both = Sealer::with((2, &[9; 32]), Some((1, &[7; 32]))).unwrap();
        let new = Sealer::with((2, &[9; 32]), None).unwrap();
        let (before, hush) = (old.seal(user(1), TokenKind::Access, &"hush".to_owned().into()).unwrap(), "hush");
        assert_eq!(both.open(user(1), TokenKind::Access, &before).unwrap().expose_secret(), hush);
        assert!(new.open(user(1), TokenKind::Access, &before).is_err());
        let after = both.seal(user(1), TokenKind::Access, &hush.to_owned().into()).unwrap();
        assert_eq!(new.open(user(1), TokenKind::Access, &after).unwrap().expose_secret(), hush);
        assert!(old.open(user(1), TokenKind::Access, &after).is_err());
        assert!(Sealer::with((1, &[9; 32]), Some((1, &[7; 32]))).is_err());
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
