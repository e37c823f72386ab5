//! Pages of a list.

use super::error::ApiError;
use crate::simulator::urls;
use axum::extract::Query;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Items on a page when the request does not say.
pub(super) const LIMIT_DEFAULT: usize = 20;

/// Most items on a page.
pub(super) const LIMIT_MAX: usize = 50;

/// Furthest offset.
const OFFSET_MAX: usize = 100_000;

/// A query by name; of repeated names the last counts.
pub(super) type Params = Query<BTreeMap<String, String>>;

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub offset: usize,
    pub limit: usize,
}

impl Window {
    /// Reads `limit` and `offset`.
    pub fn of(params: &BTreeMap<String, String>) -> Result<Self, ApiError> {
        let number = |name: &str| params.get(name).map(|text| text.parse::<usize>());
        let limit = number("limit").unwrap_or(Ok(LIMIT_DEFAULT));
        let limit = limit.ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
        let offset = number("offset").unwrap_or(Ok(0)).ok().filter(|offset| *offset <= OFFSET_MAX);
        Ok(Self {
            limit: limit.ok_or_else(|| ApiError::bad("Invalid limit"))?,
            offset: offset.ok_or_else(|| ApiError::bad("Invalid offset"))?,
        })
    }

    /// The part of a slice that the window shows.
    pub fn part<T>(self, list: &[T]) -> &[T] {
        let start = self.offset.min(list.len());
        let end = self.offset.saturating_add(self.limit).min(list.len());
        &list[start..end]
    }

    /// A paging object around the shown items; other parameters stay in the links.
    pub fn page(self, href: &str, params: &BTreeMap<String, String>, total: usize, items: Vec<Value>) -> Value {
        let link = |offset: usize| {
            let (offset, limit) = (offset.to_string(), self.limit.to_string());
            let others = params.iter().filter(|(name, _)| !matches!(name.as_str(), "offset" | "limit"));
            let pairs = [("offset", offset.as_str()), ("limit", limit.as_str())];
            let others = others.map(|(name, value)| (name.as_str(), value.as_str()));
            urls::with_query(href, pairs.into_iter().chain(others))
        };
        let after = self.offset.saturating_add(self.limit);
        let next = (after < total).then(|| link(after));
        let previous = (self.offset > 0).then(|| link(self.offset.saturating_sub(self.limit)));
        json!({
            "href": link(self.offset),
            "limit": self.limit,
            "offset": self.offset,
            "total": total,
            "next": next,
            "previous": previous,
            "items": items,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn limits_are_one_to_fifty() {
        assert_eq!(Window::of(&params(&[])), Ok(Window { offset: 0, limit: 20 }));
        assert_eq!(Window::of(&params(&[("limit", "50"), ("offset", "7")])), Ok(Window { offset: 7, limit: 50 }));
        for limit in ["0", "51", "100", "-1", "x", ""] {
            assert_eq!(Window::of(&params(&[("limit", limit)])), Err(ApiError::bad("Invalid limit")), "{limit}");
        }
    }

    #[test]
    fn links_lead_on_and_keep_the_other_parameters() {
        let params = params(&[("limit", "2"), ("offset", "2"), ("fields", "items(id)")]);
        let window = Window::of(&params).expect("window");
        let page = window.page("http://s/v1/x", &params, 5, vec![]);
        assert_eq!(page["next"], "http://s/v1/x?offset=4&limit=2&fields=items%28id%29");
        assert_eq!(page["previous"], "http://s/v1/x?offset=0&limit=2&fields=items%28id%29");
        assert_eq!(window.part(&[1, 2, 3, 4, 5]), [3, 4]);
        let last = Window { offset: 4, limit: 2 };
        assert_eq!(last.page("h", &params, 5, vec![])["next"], Value::Null);
        assert_eq!(last.part(&[1, 2, 3, 4, 5]), [5]);
        assert!(Window { offset: 9, limit: 2 }.part(&[1, 2]).is_empty());
    }
}
