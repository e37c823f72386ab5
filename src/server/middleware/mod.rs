//! What every request passes on its way in and out.

pub mod bearer;
pub mod cookies;
pub mod csrf;
pub mod headers;
pub mod host;
pub mod limits;
pub mod session;
