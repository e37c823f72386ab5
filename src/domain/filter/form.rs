//! A filter as the fields of a plain HTML form: one row per line, nesting by depth. The editor in the
//! browser and the form without scripts hold this very thing, and change it by the same functions.

pub mod choices;
pub mod json_text;
pub mod output;
pub mod query;
pub mod values;

use output::OutputForm;

use serde::{Deserialize, Serialize};

/// Groups may nest this deep, the outermost included.
pub const DEPTH_MAX: u8 = 5;
/// Rows in one form; the filter itself is held to its own limit when it is parsed.
pub const ROWS_MAX: usize = 120;

/// The form of a filter.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FilterForm {
    /// How the outermost group joins its rows: "all", "any" or "none"; empty is "all".
    #[serde(default)]
    pub mode: String,
    /// Every song: the explicit tick of a filter without rules.
    #[serde(default)]
    pub everything: bool,
    /// Lines from top to bottom; a group is followed by its lines, one deeper.
    #[serde(default)]
    pub rows: Vec<FormRow>,
    /// What is done with the songs that match.
    #[serde(default)]
    pub output: OutputForm,
    /// Songs that enter past the rules: ids, URIs or links, one on a line.
    #[serde(default)]
    pub pins: String,
    /// Songs that never enter, likewise.
    #[serde(default)]
    pub bans: String,
}

/// One line: a group's head or a rule. All values are as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FormRow {
    /// 0 stands directly in the outermost group.
    #[serde(default)]
    pub depth: u8,
    /// "all", "any" or "none" for the head of a group; empty for a rule.
    #[serde(default)]
    pub group: String,
    #[serde(default)]
    pub field: String,
    #[serde(default)]
    pub op: String,
    /// Texts taken over already, each by itself.
    #[serde(default)]
    pub values: Vec<String>,
    /// The value, or the lower end of a range; of texts what is being typed, separated by commas.
    #[serde(default)]
    pub value: String,
    /// The upper end of a range.
    #[serde(default)]
    pub to: String,
    /// Of "in the last N": days, weeks, months.
    #[serde(default)]
    pub unit: String,
    /// Ticked words of a closed list.
    #[serde(default)]
    pub picks: Vec<String>,
    /// "yes", "no", or empty for the operator's own default.
    #[serde(default)]
    pub when_missing: String,
    /// "exact", "contains", "has_word"; empty is exact.
    #[serde(default)]
    pub item_match: String,
    /// Which artist counts: "max", "min", "primary"; empty is max.
    #[serde(default)]
    pub reduce: String,
}

impl FormRow {
    /// Whether this line is the head of a group.
    pub fn is_group(&self) -> bool {
        !self.group.is_empty()
    }

    /// Whether nothing is typed or ticked: a rule that says nothing yet.
    pub fn is_blank(&self) -> bool {
        let is_typed = !self.value.trim().is_empty() || !self.to.trim().is_empty();
        !self.is_group() && !is_typed && self.picks.is_empty() && self.values.is_empty()
    }

    /// A new rule at a depth: the field that people ask for most.
    pub fn new_rule(depth: u8) -> Self {
        Self { depth, field: "artist".to_owned(), op: "any_of".to_owned(), ..Self::default() }
    }

    fn new_group(depth: u8) -> Self {
        Self { depth, group: "any".to_owned(), ..Self::default() }
    }
}

/// A change to the lines, named by the button pressed. Numbers are row indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormAction {
    /// Appends a rule to a group, `None` being the outermost.
    AddRule(Option<usize>),
    /// Appends a group with one rule.
    AddGroup(Option<usize>),
    /// Removes a line, a group with all in it.
    Remove(usize),
    /// Repeats a line, a group with all in it.
    Duplicate(usize),
    /// Swaps a line with the one before it in its group.
    Up(usize),
    /// Swaps a line with the one after it in its group.
    Down(usize),
    /// Takes one of the texts of a line away.
    Drop(usize, usize),
    /// Puts a line, a group with all in it, before another one, into that one's group.
    MoveBefore(usize, usize),
}

impl FormAction {
    /// Reads the button's value, as in "remove:3"; anything else changes nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let (verb, row) = text.split_once(':').unwrap_or((text, ""));
        if let Some((row, second)) = row.split_once(':') {
            let (row, second) = (row.parse().ok()?, second.parse().ok()?);
            return match verb {
                "drop" => Some(Self::Drop(row, second)),
                "move" => Some(Self::MoveBefore(row, second)),
                _ => None,
            };
        }
        let row = row.parse::<usize>().ok();
        match (verb, row) {
            ("add_rule", row) => Some(Self::AddRule(row)),
            ("add_group", row) => Some(Self::AddGroup(row)),
            ("remove", Some(row)) => Some(Self::Remove(row)),
            ("duplicate", Some(row)) => Some(Self::Duplicate(row)),
            ("up", Some(row)) => Some(Self::Up(row)),
            ("down", Some(row)) => Some(Self::Down(row)),
            _ => None,
        }
    }

    /// The button's value.
    pub fn word(self) -> String {
        match self {
            Self::AddRule(None) => "add_rule".to_owned(),
            Self::AddGroup(None) => "add_group".to_owned(),
            Self::AddRule(Some(row)) => format!("add_rule:{row}"),
            Self::AddGroup(Some(row)) => format!("add_group:{row}"),
            Self::Remove(row) => format!("remove:{row}"),
            Self::Duplicate(row) => format!("duplicate:{row}"),
            Self::Up(row) => format!("up:{row}"),
            Self::Down(row) => format!("down:{row}"),
            Self::Drop(row, value) => format!("drop:{row}:{value}"),
            Self::MoveBefore(row, before) => format!("move:{row}:{before}"),
        }
    }
}

impl FilterForm {
    /// One empty rule to begin with.
    pub fn first() -> Self {
        Self { mode: "all".to_owned(), rows: vec![FormRow::new_rule(0)], ..Self::default() }
    }

    /// Applies a button; rows that do not exist and steps past a limit change nothing.
    pub fn apply(&mut self, action: FormAction) {
        match action {
            FormAction::AddRule(group) => self.append(group, |depth| vec![FormRow::new_rule(depth)]),
            FormAction::AddGroup(group) => {
                self.append(group, |depth| vec![FormRow::new_group(depth), FormRow::new_rule(depth + 1)]);
            }
            FormAction::Remove(row) if row < self.rows.len() => drop(self.rows.drain(row..self.end_of(row))),
            FormAction::Duplicate(row) if row < self.rows.len() => {
                let end = self.end_of(row);
                let copy = self.rows[row..end].to_vec();
                self.insert(end, copy);
            }
            FormAction::Up(row) => {
                if let Some(before) = self.sibling_before(row) {
                    let end = self.end_of(row);
                    self.rows[before..end].rotate_left(row - before);
                }
            }
            FormAction::Down(row) => {
                if let Some(after) = self.sibling_after(row) {
                    let end = self.end_of(after);
                    self.rows[row..end].rotate_left(after - row);
                }
            }
            FormAction::Drop(row, value) => {
                if let Some(row) = self.rows.get_mut(row).filter(|row| value < row.values.len()) {
                    row.values.remove(value);
                }
            }
            FormAction::MoveBefore(row, before) => self.move_before(row, before),
            FormAction::Remove(_) | FormAction::Duplicate(_) => {}
        }
    }

    /// The line that a button leads to, by its index after the button has been applied; `None` when no line is left.
    pub fn line_after(&self, action: FormAction) -> Option<usize> {
        let len = self.rows.len();
        let line = match action {
            FormAction::AddRule(None) => len,
            FormAction::AddGroup(None) => len + 1,
            FormAction::AddRule(Some(group)) if group < len => self.end_of(group),
            FormAction::AddGroup(Some(group)) if group < len => self.end_of(group) + 1,
            FormAction::Remove(row) if row < len => {
                let left = len - (self.end_of(row) - row);
                return left.checked_sub(1).map(|last| row.min(last));
            }
            FormAction::Duplicate(row) if row < len => self.end_of(row),
            FormAction::Up(row) => self.sibling_before(row).unwrap_or(row),
            FormAction::Down(row) => self.sibling_after(row).map_or(row, |after| row + self.end_of(after) - after),
            FormAction::MoveBefore(row, before) if row < before => before.saturating_sub(1),
            FormAction::MoveBefore(_, before) => before,
            FormAction::Drop(row, _)
            | FormAction::AddRule(Some(row))
            | FormAction::AddGroup(Some(row))
            | FormAction::Remove(row)
            | FormAction::Duplicate(row) => row,
        };
        Some(line)
    }

    /// Whether a group may stand in this one (`None`: the outermost).
    pub fn may_nest(&self, group: Option<usize>) -> bool {
        self.depth_in(group).is_some_and(|depth| depth + 1 < DEPTH_MAX)
    }

    /// What the form says so far.
    pub fn said_so_far(&self) -> Self {
        self.said_lines().0
    }

    /// The form without lines that say nothing yet, and without groups that hold nothing else; and which line of
    /// this form each of its lines is.
    pub fn said_lines(&self) -> (Self, Vec<usize>) {
        let mut form = self.clone();
        let mut lines: Vec<usize> = (0..self.rows.len()).collect();
        let says_nothing = |form: &Self, row: usize| {
            let line = &form.rows[row];
            if line.is_group() { form.end_of(row) == row + 1 } else { values::says_nothing(line) }
        };
        // From the end: a group is empty once its lines are gone.
        for row in (0..form.rows.len()).rev() {
            if says_nothing(&form, row) {
                form.rows.remove(row);
                lines.remove(row);
            }
        }
        (form, lines)
    }

    /// The line before this one in its group.
    pub fn sibling_before(&self, row: usize) -> Option<usize> {
        let depth = self.rows.get(row)?.depth;
        (0..row).rev().take_while(|&at| self.rows[at].depth >= depth).find(|&at| self.rows[at].depth == depth)
    }

    /// The line after this one, and all in it, in its group.
    pub fn sibling_after(&self, row: usize) -> Option<usize> {
        let depth = self.rows.get(row)?.depth;
        let end = self.end_of(row);
        self.rows.get(end).is_some_and(|next| next.depth == depth).then_some(end)
    }

    /// Depth of the lines of a group.
    fn depth_in(&self, group: Option<usize>) -> Option<u8> {
        match group {
            None => Some(0),
            Some(row) => self.rows.get(row).filter(|head| head.is_group()).map(|head| head.depth + 1),
        }
    }

    /// The first row that is no longer part of this line.
    fn end_of(&self, row: usize) -> usize {
        let depth = self.rows[row].depth;
        (row + 1..self.rows.len()).find(|&at| self.rows[at].depth <= depth).unwrap_or(self.rows.len())
    }

    fn append(&mut self, group: Option<usize>, lines: impl Fn(u8) -> Vec<FormRow>) {
        let Some(depth) = self.depth_in(group).filter(|depth| *depth < DEPTH_MAX) else { return };
        let lines = lines(depth);
        // A group needs one more level for its own lines.
        if lines.iter().any(|line| line.depth >= DEPTH_MAX) {
            return;
        }
        let at = group.map_or(self.rows.len(), |row| self.end_of(row));
        self.insert(at, lines);
    }

    /// Nothing moves into itself, nor deeper than groups may nest.
    fn move_before(&mut self, row: usize, before: usize) {
        if row >= self.rows.len() || before >= self.rows.len() {
            return;
        }
        let end = self.end_of(row);
        let depth = self.rows[before].depth;
        let deepest = self.rows[row..end].iter().map(|line| line.depth - self.rows[row].depth).max().unwrap_or(0);
        if (row..end).contains(&before) || depth + deepest >= DEPTH_MAX {
            return;
        }
        let mut lines: Vec<FormRow> = self.rows.drain(row..end).collect();
        let shallow = lines[0].depth;
        for line in &mut lines {
            line.depth = line.depth - shallow + depth;
        }
        let at = if before > row { before - lines.len() } else { before };
        self.rows.splice(at..at, lines);
    }

    fn insert(&mut self, at: usize, lines: Vec<FormRow>) {
        if self.rows.len() + lines.len() <= ROWS_MAX {
            self.rows.splice(at..at, lines);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(form: &FilterForm) -> String {
        let line = |row: &FormRow| format!("{}{}", row.depth, if row.is_group() { &row.group } else { &row.value });
        form.rows.iter().map(line).collect::<Vec<_>>().join(" ")
    }

    /// Two rules, a group with two rules, a rule.
    fn sample() -> FilterForm {
        let rule = |depth, value: &str| FormRow { value: value.to_owned(), ..FormRow::new_rule(depth) };
        let rows = vec![rule(0, "a"), rule(0, "b"), FormRow::new_group(0), rule(1, "c"), rule(1, "d"), rule(0, "e")];
        FilterForm { mode: "all".to_owned(), rows, ..FilterForm::default() }
    }

    #[test]
    fn buttons_move_whole_groups_within_their_group() {
        let cases = [
            ("up:1", "0b 0a 0any 1c 1d 0e"),
            ("up:2", "0a 0any 1c 1d 0b 0e"),
            ("down:2", "0a 0b 0e 0any 1c 1d"),
            ("down:1", "0a 0any 1c 1d 0b 0e"),
            ("up:3", "0a 0b 0any 1c 1d 0e"),
            ("down:4", "0a 0b 0any 1c 1d 0e"),
            ("up:4", "0a 0b 0any 1d 1c 0e"),
            ("remove:2", "0a 0b 0e"),
            ("duplicate:2", "0a 0b 0any 1c 1d 0any 1c 1d 0e"),
            ("add_rule:2", "0a 0b 0any 1c 1d 1 0e"),
            ("add_rule", "0a 0b 0any 1c 1d 0e 0"),
            ("add_group:2", "0a 0b 0any 1c 1d 1any 2 0e"),
            ("remove:99", "0a 0b 0any 1c 1d 0e"),
            ("add_rule:0", "0a 0b 0any 1c 1d 0e"),
            ("move:5:0", "0e 0a 0b 0any 1c 1d"),
            ("move:2:0", "0any 1c 1d 0a 0b 0e"),
            ("move:0:5", "0b 0any 1c 1d 0a 0e"),
            ("move:0:4", "0b 0any 1c 1a 1d 0e"),
            ("move:3:1", "0a 0c 0b 0any 1d 0e"),
            ("move:2:4", "0a 0b 0any 1c 1d 0e"),
        ];
        for (button, expected) in cases {
            let mut form = sample();
            let action = FormAction::parse(button).unwrap();
            assert_eq!(action.word(), button);
            form.apply(action);
            assert_eq!(shape(&form), expected, "{button}");
        }
    }

    #[test]
    fn lines_that_say_nothing_are_left_out() {
        let mut form = sample();
        assert_eq!(shape(&form.said_so_far()), "0a 0b 0any 1c 1d 0e");
        for row in [1, 3, 4] {
            form.rows[row].value.clear();
        }
        assert_eq!(shape(&form.said_so_far()), "0a 0e");
        assert_eq!(form.said_lines().1, [0, 5]);
        assert!(FilterForm::first().said_so_far().rows.is_empty());
    }

    #[test]
    fn each_button_leads_to_a_line() {
        let cases = [
            ("up:1", 0),
            ("up:2", 1),
            ("down:2", 3),
            ("down:1", 4),
            ("remove:2", 2),
            ("remove:5", 4),
            ("duplicate:2", 5),
            ("add_rule:2", 5),
            ("add_rule", 6),
            ("add_group", 7),
        ];
        for (button, line) in cases {
            let (mut form, action) = (sample(), FormAction::parse(button).unwrap());
            let before = form.clone();
            let found = form.line_after(action).unwrap();
            form.apply(action);
            assert_eq!(found, line, "{button}");
            assert!(form.rows.get(found).is_some(), "{button}");
            if let FormAction::Up(row) | FormAction::Down(row) = action {
                assert_eq!(form.rows[found], before.rows[row], "{button}");
            }
        }
        let mut one = FilterForm::first();
        assert_eq!(one.line_after(FormAction::Remove(0)), None);
        one.apply(FormAction::Remove(0));
        assert!(one.rows.is_empty());
    }

    #[test]
    fn groups_nest_to_the_limit_and_no_further() {
        let mut form = FilterForm::default();
        form.apply(FormAction::AddGroup(None));
        let mut head = 0;
        while form.may_nest(Some(head)) {
            form.apply(FormAction::AddGroup(Some(head)));
            head = form.rows.iter().rposition(FormRow::is_group).unwrap();
        }
        // The outermost group is the first level, these are the other four.
        assert_eq!(form.rows.iter().filter(|row| row.is_group()).count(), usize::from(DEPTH_MAX) - 1);
        let before = form.clone();
        form.apply(FormAction::AddGroup(Some(head)));
        assert_eq!(form, before);
    }

    #[test]
    fn nonsense_is_no_button() {
        for text in ["", "remove", "remove:x", "jump:1", "drop:1", "drop:1:x", "remove:1:2"] {
            assert_eq!(FormAction::parse(text), None, "{text}");
        }
    }
}
