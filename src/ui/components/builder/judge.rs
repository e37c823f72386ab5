//! What judges songs: a file of its own that comes with the songs, so that the editor itself is there sooner.

use crate::domain::base_tracks::BaseTracks;
use crate::domain::filter::fields::Field;
use crate::domain::filter::histogram::{Bin, decades, histogram};
use crate::domain::filter::json::FilterError;
use crate::domain::filter::rule::Filter;
use crate::domain::filter::suggest::{Suggestion, fitting, suggestion, suggestions};
use crate::domain::live_preview::{LiveBase, LivePreview, live_preview};
use leptos::wasm_split::{SplitLoaderError, wasm_split};

/// The functions of that file. Called through here and never by name, or their code would come with the caller's.
#[derive(Clone, Copy)]
pub struct Judge {
    /// Songs as the server sends them; `None` where they cannot be read.
    pub open: fn(&str) -> Option<LiveBase>,
    pub preview: fn(&LiveBase, &Filter) -> Result<LivePreview, FilterError>,
    pub suggestions: fn(&Field, &LiveBase) -> Vec<Suggestion>,
    pub fitting: fn(&[Suggestion], &str, &[String]) -> Vec<Suggestion>,
    /// A value by itself, with its label and its songs.
    pub suggestion: fn(String, String, u32) -> Suggestion,
    pub histogram: fn(&Field, &LiveBase) -> Vec<Bin>,
    pub decades: fn(&LiveBase) -> Vec<(i64, u32)>,
}

/// Loads the file, once.
#[wasm_split(judge, wasm_split_path = leptos::wasm_split, fallible, preload(load_judge))]
pub fn judge() -> Result<Judge, SplitLoaderError> {
    Ok(Judge {
        open: |text| serde_json::from_str::<BaseTracks>(text).ok().map(LiveBase::new),
        preview: live_preview,
        suggestions: |field, base| suggestions(field, base.tracks()),
        fitting: |known, typed, chosen| fitting(known, typed, chosen).into_iter().cloned().collect(),
        suggestion,
        histogram: |field, base| histogram(field, base.tracks()),
        decades: |base| decades(base.tracks()),
    })
}
