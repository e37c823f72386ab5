//! Identifiers as Spotify writes them: 22 characters of base62, made from a seed so that runs repeat.

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Characters in an id.
pub const ID_LEN: usize = 22;

/// A well-formed id; the same `kind` and `number` always give the same one.
pub fn id_of(kind: &str, number: u64) -> String {
    let mut rng = fastrand::Rng::with_seed(hash_of(kind) ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    // The first digit of real ids is at most 7, since they are 128 bits.
    let first = char::from(BASE62[rng.usize(..8)]);
    std::iter::once(first).chain((1..ID_LEN).map(|_| char::from(BASE62[rng.usize(..62)]))).collect()
}

/// Whether a text has the form of an id.
pub fn is_id(text: &str) -> bool {
    text.len() == ID_LEN && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// FNV-1a: stable over builds, unlike the standard hasher.
pub fn hash_of(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// An opaque secret such as a code or a token, unguessable within one process.
pub fn secret_text(len: usize) -> String {
    (0..len).map(|_| char::from(BASE62[fastrand::usize(..62)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ids_are_well_formed_distinct_and_repeatable() {
        let ids: HashSet<String> = (0..10_000).map(|number| id_of("track", number)).collect();
        assert_eq!(ids.len(), 10_000);
        assert!(ids.iter().all(|id| is_id(id)));
        assert_eq!(id_of("track", 7), id_of("track", 7));
        assert_ne!(id_of("track", 7), id_of("album", 7));
    }

    #[test]
    fn other_texts_are_no_ids() {
        assert!(!is_id("short"));
        assert!(!is_id("2XU0oxnq2qxCpomAAuJY8-"));
    }
}
