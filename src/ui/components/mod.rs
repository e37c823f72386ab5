//! The parts that pages share.

pub mod activity;
pub mod base_card;
pub mod builder;
pub mod child_rows;
pub mod cover;
pub mod error_panel;
pub mod explained;
pub mod flash_notice;
pub mod icon;
pub mod layout;
pub mod lint_lines;
pub mod live_run;
pub mod loading;
pub mod lock;
pub mod picture;
pub mod preview;
pub mod request_figures;
pub mod rules_file;
pub mod run_progress;
pub mod schedule_line;
pub mod sharing;
pub mod song_changes;
pub mod sync_panel;
pub mod sync_words;
pub mod times;
pub mod toasts;
