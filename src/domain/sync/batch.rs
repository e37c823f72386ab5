//! How ids and rows are split into requests: the limits of Spotify's Web API, each with a name.

/// Rows of a page of playlist items or playlists.
pub const PAGE_LEN_MAX: u32 = 50;
/// URIs in one request that writes to a playlist.
pub const WRITE_LEN_MAX: usize = 100;
/// Ids of one batch read of tracks.
pub const TRACKS_LEN_MAX: usize = 50;
/// Ids of one batch read of artists.
pub const ARTISTS_LEN_MAX: usize = 50;
/// Ids of one batch read of albums.
pub const ALBUMS_LEN_MAX: usize = 20;
/// URIs in one question whether songs are liked.
pub const CONTAINS_LEN_MAX: usize = 40;
/// Rows that a playlist can hold.
pub const PLAYLIST_LEN_MAX: usize = 10_000;

/// Takes the number of rows that the first page names; gives the offsets of the pages after it.
pub fn pages(total: u32) -> Vec<u32> {
    (PAGE_LEN_MAX..total).step_by(PAGE_LEN_MAX as usize).collect()
}

/// Requests that read `total` rows: at least one, since only a page tells that there is none.
pub fn page_count(total: u32) -> u32 {
    total.div_ceil(PAGE_LEN_MAX).max(1)
}

/// Splits ids or URIs into requests of at most `len_max` (at least 1), in order. Nothing gives no request.
pub fn chunks<T: Clone>(all: &[T], len_max: usize) -> Vec<Vec<T>> {
    all.chunks(len_max.max(1)).map(<[T]>::to_vec).collect()
}

/// Requests that `len` ids or URIs need at `len_max` each.
pub fn chunk_count(len: usize, len_max: usize) -> usize {
    len.div_ceil(len_max.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_begin_after_the_first_and_cover_everything() {
        let cases: [(u32, &[u32]); 6] =
            [(0, &[]), (1, &[]), (50, &[]), (51, &[50]), (100, &[50]), (151, &[50, 100, 150])];
        for (total, offsets) in cases {
            assert_eq!(pages(total), offsets, "{total}");
            assert_eq!(page_count(total) as usize, 1 + offsets.len(), "{total}");
        }
        assert_eq!(pages(10_000).len(), 199);
    }

    #[test]
    fn chunks_keep_order_and_never_exceed_the_limit() {
        let ids: Vec<u32> = (0..101).collect();
        let split = chunks(&ids, ARTISTS_LEN_MAX);
        assert_eq!(split.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 1]);
        assert_eq!(split.concat(), ids);
        assert_eq!(chunk_count(ids.len(), ARTISTS_LEN_MAX), 3);
        assert!(chunks::<u32>(&[], ALBUMS_LEN_MAX).is_empty());
        assert_eq!(chunk_count(0, ALBUMS_LEN_MAX), 0);
    }
}
