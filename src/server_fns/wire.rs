//! A value on its way to a page, as JSON text. The browser's machinery for waiting and hydrating is large and
//! made anew for each type it carries: it carries text only, and the value is read where it is shown.

use crate::error::{AppError, ErrorCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::marker::PhantomData;

/// The JSON of a `T`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wire<T> {
    json: String,
    kind: PhantomData<fn() -> T>,
}

impl<T> Wire<T> {
    /// JSON that is known to be that of a `T`.
    pub const fn from_json(json: String) -> Self {
        Self { json, kind: PhantomData }
    }
    /// The text.
    pub fn into_json(self) -> String {
        self.json
    }
}

impl<T: Serialize> Wire<T> {
    /// Writes a value.
    pub fn of(value: &T) -> Result<Self, AppError> {
        serde_json::to_string(value).map(Self::from_json).map_err(|_| unreadable())
    }
}

impl<T: DeserializeOwned> Wire<T> {
    /// Reads the value.
    pub fn read(&self) -> Result<T, AppError> {
        serde_json::from_str(&self.json).map_err(|_| unreadable())
    }
}

fn unreadable() -> AppError {
    AppError::new(ErrorCode::Internal, "The server's answer could not be read.").hint("Reload the page.")
}

impl<T> Serialize for Wire<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.json)
    }
}

impl<'de, T> Deserialize<'de> for Wire<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from_json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_arrives_as_it_left() {
        let sent = Wire::of(&vec![1, 2, 3]).unwrap();
        let text = serde_json::to_string(&sent).unwrap();
        assert_eq!(text, "\"[1,2,3]\"");
        let arrived: Wire<Vec<u8>> = serde_json::from_str(&text).unwrap();
        assert_eq!(arrived.read().unwrap(), [1, 2, 3]);
        assert!(Wire::<u8>::from_json("nonsense".into()).read().is_err());
    }
}
