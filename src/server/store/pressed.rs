//! Ordered rows and URIs as deflated JSON: a column of a few kilobytes instead of a table of thousands of rows.

use super::StoreError;
use crate::domain::sync::diff::Row;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use std::io::{Read, Write};

/// No playlist of 10,000 rows comes near this; a column that does is broken.
const INFLATED_LEN_MAX: u64 = 16 * 1024 * 1024;

fn unreadable(error: impl std::fmt::Display) -> StoreError {
    StoreError::Unreadable(error.to_string())
}

/// Presses a list.
pub fn press<T: serde::Serialize>(list: &T) -> Result<Vec<u8>, StoreError> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&serde_json::to_vec(list).map_err(unreadable)?).map_err(unreadable)?;
    encoder.finish().map_err(unreadable)
}

/// Reads what `press` made.
pub fn unpress<T: serde::de::DeserializeOwned>(blob: &[u8]) -> Result<T, StoreError> {
    let mut text = Vec::new();
    DeflateDecoder::new(blob).take(INFLATED_LEN_MAX).read_to_end(&mut text).map_err(unreadable)?;
    serde_json::from_slice(&text).map_err(unreadable)
}

/// Presses the rows of a playlist: `[uri, fixed]` pairs.
pub fn press_rows(rows: &[Row]) -> Result<Vec<u8>, StoreError> {
    press(&rows.iter().map(|row| (row.uri.as_str(), row.fixed)).collect::<Vec<_>>())
}

/// Reads them back.
pub fn unpress_rows(blob: &[u8]) -> Result<Vec<Row>, StoreError> {
    let pairs: Vec<(String, bool)> = unpress(blob)?;
    Ok(pairs.into_iter().map(|(uri, fixed)| Row { uri, fixed }).collect())
}

/// Whether a pressed list of URIs holds this one.
pub fn holds(blob: &[u8], uri: &str) -> Result<bool, StoreError> {
    let list: Vec<String> = unpress(blob)?;
    Ok(list.iter().any(|one| one == uri))
}
