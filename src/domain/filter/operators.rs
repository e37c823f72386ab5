//! Operators, and which kinds of fields have which.

use super::fields::Kind;

/// What a value must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// No value at all.
    Nothing,
    /// A string, or a list of strings of which any may apply.
    Texts,
    /// A list of strings.
    List,
    /// One number; milliseconds for durations.
    Number,
    /// `[low, high]`, inclusive.
    Range,
    /// `[low, high]` of a count; null is open.
    CountRange,
    /// "YYYY", "YYYY-MM" or "YYYY-MM-DD".
    Date,
    /// Two dates.
    DateRange,
    /// `{"n": 30, "unit": "days"}`.
    Span,
    /// A year.
    Year,
    /// A list of 1 (Monday) to 7.
    Weekdays,
    /// true or false.
    Boolean,
}

macro_rules! operators {
    ($($variant:ident $id:literal $label:literal $shape:ident,)+) => {
        /// An operator of the filter language.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Op { $($variant),+ }

        impl Op {
            /// Every operator.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// As in JSON.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id),+ }
            }
            /// For people.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
            /// What its value looks like.
            pub const fn shape(self) -> Shape {
                match self { $(Self::$variant => Shape::$shape),+ }
            }
        }
    };
}

operators! {
    Equals "equals" "is" Texts,
    NotEquals "not_equals" "is not" Texts,
    Contains "contains" "contains" Texts,
    NotContains "not_contains" "does not contain" Texts,
    HasWord "has_word" "has the word" Texts,
    StartsWith "starts_with" "starts with" Texts,
    EndsWith "ends_with" "ends with" Texts,
    Regex "regex" "matches the pattern" Texts,
    NotRegex "not_regex" "does not match the pattern" Texts,
    Eq "eq" "is" Number,
    Ne "ne" "is not" Number,
    Lt "lt" "is less than" Number,
    Lte "lte" "is at most" Number,
    Gt "gt" "is more than" Number,
    Gte "gte" "is at least" Number,
    Between "between" "is between" Range,
    NotBetween "not_between" "is not between" Range,
    Before "before" "is before" Date,
    After "after" "is after" Date,
    DateBetween "between" "is between" DateRange,
    InLast "in_last" "is in the last" Span,
    NotInLast "not_in_last" "is not in the last" Span,
    YearIs "year_is" "is in the year" Year,
    WeekdayIs "weekday_is" "is on a" Weekdays,
    Is "is" "is" Boolean,
    IsAnyOf "is_any_of" "is any of" List,
    IsNoneOf "is_none_of" "is none of" List,
    AnyOf "any_of" "has any of" List,
    AllOf "all_of" "has all of" List,
    NoneOf "none_of" "has none of" List,
    Only "only" "has only" List,
    Count "count" "how many" CountRange,
    IsMissing "is_missing" "is missing" Nothing,
    IsPresent "is_present" "is present" Nothing,
}

use Op::{
    After, AllOf, AnyOf, Before, Between, Contains, Count, DateBetween, EndsWith, Equals, Gt, Gte, HasWord, InLast, Is,
    IsAnyOf, IsMissing, IsNoneOf, IsPresent, Lt, Lte, Ne, NoneOf, NotBetween, NotContains, NotEquals, NotInLast,
    NotRegex, Only, Regex, StartsWith, WeekdayIs, YearIs,
};

const TEXT: &[Op] =
    &[Contains, NotContains, Equals, NotEquals, HasWord, StartsWith, EndsWith, Regex, NotRegex, IsMissing, IsPresent];
const LIST: &[Op] = &[AnyOf, AllOf, NoneOf, Only, Count, IsMissing, IsPresent];
const NUMBER: &[Op] = &[Between, NotBetween, Op::Eq, Ne, Lt, Lte, Gt, Gte, IsMissing, IsPresent];
const DATE: &[Op] = &[DateBetween, Before, After, InLast, NotInLast, YearIs, WeekdayIs, IsMissing, IsPresent];
const BOOLEAN: &[Op] = &[Is, IsMissing, IsPresent];
const ENUM: &[Op] = &[IsAnyOf, IsNoneOf, IsMissing, IsPresent];

/// Operators of a kind, the most wanted first.
pub const fn operators_of(kind: Kind) -> &'static [Op] {
    match kind {
        Kind::Text => TEXT,
        Kind::TextList | Kind::Ids | Kind::Set(_) => LIST,
        Kind::Number { .. } | Kind::Duration => NUMBER,
        Kind::Boolean => BOOLEAN,
        Kind::Enum(_) => ENUM,
        Kind::Date | Kind::Instant => DATE,
    }
}

/// The operator of a kind under its JSON word; `between` means another thing on dates.
pub fn operator_of(kind: Kind, id: &str) -> Option<Op> {
    operators_of(kind).iter().copied().find(|op| op.id() == id)
}

impl Op {
    /// What a missing value decides unless the rule says otherwise: no, but yes for `none_of` on lists.
    pub const fn default_when_missing(self) -> bool {
        matches!(self, Self::NoneOf)
    }
}
