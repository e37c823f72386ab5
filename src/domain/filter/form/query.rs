//! The names of the form's fields: one spelling for the address, the posted form and the browser.

use super::{FilterForm, FormRow, ROWS_MAX};

/// The address's query, decoded. Bytes that are no UTF-8 become replacement characters.
pub fn pairs_of(query: &str) -> Vec<(String, String)> {
    let query = query.strip_prefix('?').unwrap_or(query);
    let parts = query.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

/// The reverse of `pairs_of`.
pub fn query_of(pairs: &[(String, String)]) -> String {
    let parts: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    parts.join("&")
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(if bytes[at] == b'+' { b' ' } else { bytes[at] });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The name of a row's field, as in `filter[rows][3][value]`.
pub fn row_name(row: usize, part: &str) -> String {
    format!("filter[rows][{row}][{part}]")
}

impl FilterForm {
    /// Reads the fields named as above; other names are passed over.
    pub fn from_pairs(pairs: &[(String, String)]) -> Self {
        let mut form = Self::default();
        for (name, value) in pairs {
            form.set(name, value, true);
        }
        form
    }

    /// The fields as `from_pairs` reads them.
    pub fn to_pairs(&self) -> Vec<(String, String)> {
        let mut pairs = vec![("filter[mode]".to_owned(), self.mode.clone())];
        if self.everything {
            pairs.push(("filter[everything]".to_owned(), "true".to_owned()));
        }
        for (at, row) in self.rows.iter().enumerate() {
            pairs.push((row_name(at, "depth"), row.depth.to_string()));
            let parts = [
                ("group", &row.group),
                ("field", &row.field),
                ("op", &row.op),
                ("value", &row.value),
                ("to", &row.to),
                ("unit", &row.unit),
                ("when_missing", &row.when_missing),
                ("item_match", &row.item_match),
                ("reduce", &row.reduce),
            ];
            let filled = parts.into_iter().filter(|(_, text)| !text.is_empty());
            pairs.extend(filled.map(|(part, text)| (row_name(at, part), text.clone())));
            pairs.extend(row.picks.iter().map(|pick| (row_name(at, "picks") + "[]", pick.clone())));
            pairs.extend(row.values.iter().map(|value| (row_name(at, "values") + "[]", value.clone())));
        }
        pairs.extend(self.output.to_pairs());
        let lists = [("filter[pins]", &self.pins), ("filter[bans]", &self.bans)];
        let filled = lists.into_iter().filter(|(_, text)| !text.is_empty());
        pairs.extend(filled.map(|(name, text)| (name.to_owned(), text.clone())));
        pairs
    }

    /// Takes over one field of the form, a tick with whether it is set. False if the name is no field of it.
    pub fn set(&mut self, name: &str, value: &str, is_ticked: bool) -> bool {
        let Some(rest) = name.strip_prefix("filter[") else { return false };
        match rest {
            "mode]" => value.clone_into(&mut self.mode),
            "everything]" => self.everything = is_ticked && value == "true",
            "pins]" => value.clone_into(&mut self.pins),
            "bans]" => value.clone_into(&mut self.bans),
            _ => {
                return match rest.strip_prefix("output][") {
                    Some(part) => self.output.set(part, value),
                    None => self.set_row(rest, value, is_ticked),
                };
            }
        }
        true
    }

    fn set_row(&mut self, rest: &str, value: &str, is_ticked: bool) -> bool {
        let parts = rest.strip_prefix("rows][").and_then(|rest| rest.split_once("]["));
        let Some((row, part)) = parts else { return false };
        let Some(row) = row.parse::<usize>().ok().filter(|row| *row < ROWS_MAX) else { return false };
        if self.rows.len() <= row {
            self.rows.resize_with(row + 1, FormRow::default);
        }
        self.rows[row].set(part, value, is_ticked)
    }
}

impl FormRow {
    fn set(&mut self, part: &str, value: &str, is_ticked: bool) -> bool {
        let target = match part.trim_end_matches(']') {
            "depth" => {
                self.depth = value.parse().unwrap_or(0);
                return true;
            }
            "picks" | "picks][" => {
                self.picks.retain(|pick| pick != value);
                if is_ticked {
                    self.picks.push(value.to_owned());
                }
                return true;
            }
            "values" | "values][" => {
                if !value.is_empty() {
                    self.values.push(value.to_owned());
                }
                return true;
            }
            "group" => &mut self.group,
            "field" => &mut self.field,
            "op" => &mut self.op,
            "value" => &mut self.value,
            "to" => &mut self.to,
            "unit" => &mut self.unit,
            "when_missing" => &mut self.when_missing,
            "item_match" => &mut self.item_match,
            "reduce" => &mut self.reduce,
            _ => return false,
        };
        value.clone_into(target);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::filter::form::output::SortRow;

    #[test]
    fn a_form_survives_the_address() {
        let tricky = FormRow {
            depth: 1,
            field: "artist".into(),
            op: "any_of".into(),
            value: "Björk & Co, 100%+=[]".into(),
            ..FormRow::default()
        };
        let picked =
            FormRow { field: "version_kind".into(), picks: vec!["live".into(), "demo".into()], ..FormRow::default() };
        let group = FormRow { group: "any".into(), ..FormRow::default() };
        let chips = FormRow { field: "genre".into(), values: vec!["rock".into(), "r&b".into()], ..FormRow::default() };
        let rows = vec![group, tricky, picked, chips];
        let mut form = FilterForm { mode: "none".into(), everything: true, rows, ..FilterForm::default() };
        form.pins = "spotify:track:1\nspotify:track:2".into();
        form.output.limit = "50".into();
        form.output.sort = vec![SortRow { field: "title".into(), dir: "desc".into() }];
        let query = query_of(&form.to_pairs());
        assert!(query.bytes().all(|byte| byte.is_ascii_graphic()), "{query}");
        assert_eq!(FilterForm::from_pairs(&pairs_of(&query)), form);
    }

    #[test]
    fn a_tick_is_set_and_taken_back() {
        let mut form = FilterForm::default();
        assert!(form.set("filter[rows][0][picks][]", "live", true));
        assert!(form.set("filter[rows][0][picks][]", "demo", true));
        assert!(form.set("filter[rows][0][picks][]", "live", false));
        assert_eq!(form.rows[0].picks, ["demo"]);
        assert!(form.set("filter[everything]", "true", true));
        assert!(form.set("filter[everything]", "true", false));
        assert!(!form.everything);
    }

    #[test]
    fn other_names_and_far_rows_are_passed_over() {
        let mut form = FilterForm::default();
        for name in ["name", "filter[rows][999999999][value]", "filter[rows][0][colour]", "filter[rows]"] {
            assert!(!form.set(name, "x", true), "{name}");
        }
    }

    #[test]
    fn broken_escapes_are_kept_as_they_are() {
        assert_eq!(
            pairs_of("?a=100%&b=%zz+%C3%A9&c"),
            [
                ("a".to_owned(), "100%".to_owned()),
                ("b".to_owned(), "%zz é".to_owned()),
                ("c".to_owned(), String::new()),
            ]
        );
    }
}
