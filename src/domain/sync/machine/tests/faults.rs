//! Faults by chance.

use super::super::command::Request;
use super::super::input::FaultKind;
use super::builders::Dice;
use super::driver::Trouble;
use super::spotify::fault;

/// What goes wrong with one request, if anything, in `percent` of all cases.
pub fn by_chance(request: &Request, percent: u64, dice: &mut Dice) -> Option<Trouble> {
    if !dice.chance(percent) {
        return None;
    }
    let kind = match dice.below(100) {
        0..45 => FaultKind::Transient { status: [None, Some(500), Some(503)][dice.below(3) as usize] },
        45..60 => FaultKind::Malformed,
        60..84 => {
            FaultKind::RateLimited { retry_after_s: [None, Some(0), Some(7)][dice.below(3) as usize], quota: false }
        }
        84..87 => FaultKind::RateLimited { retry_after_s: Some(7200), quota: false },
        87..89 => FaultKind::RateLimited { retry_after_s: None, quota: true },
        89..91 => FaultKind::ReconnectNeeded,
        91..94 => FaultKind::Forbidden,
        94..97 => FaultKind::NotFound,
        _ => FaultKind::Rejected { status: 400 },
    };
    // That Spotify does not know an artist is an answer, not a fault.
    let says_absent = matches!(kind, FaultKind::NotFound | FaultKind::Rejected { .. });
    if says_absent && matches!(request, Request::Artist { .. }) {
        return None;
    }
    let lost = matches!(kind, FaultKind::Transient { .. } | FaultKind::Malformed);
    Some(Trouble { fault: fault(kind), done: lost && dice.chance(50) })
}
