//! The editor's form: one set of fields for scripts and for none. Without scripts every button sends the
//! whole form; with them the same functions change the draft in place, and its effect is shown as it is typed.

pub mod chips;
pub mod choice;
pub mod datalist;
pub mod editor;
pub mod form;
pub mod json_view;
pub mod judge;
pub mod live;
pub mod live_panel;
pub mod more;
pub mod output;
pub mod range;
pub mod rule_list;
pub mod rule_row;
pub mod rules;
pub mod value;
