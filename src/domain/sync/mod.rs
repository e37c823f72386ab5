//! One sync, decided purely: what goes where, what to write, what it costs.

pub mod batch;
pub mod change_reasons;
pub mod changes;
pub mod cycles;
pub mod diff;
pub mod event;
pub mod explained;
pub mod facets;
pub mod flow_layout;
pub mod hands;
pub mod machine;
pub mod placement;
pub mod plan;
pub mod progress;
pub mod restore;
pub mod resume;
pub mod routing;
pub mod routing_answer;
pub mod routing_view;
pub mod settle;
pub mod song_journey;
pub mod sync_batch;
