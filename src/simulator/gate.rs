//! What every request passes: the record, latency, faults, tokens and limits.

mod spoil;

use super::accounts::grants::{Bearer, Standing};
use super::faults::FaultAction;
use super::limits::{Refusal, group_of};
use super::replay::{Replay, Replayed};
use super::web_api::error::ApiError;
use super::web_api::removed;
use super::{Simulator, config::Mode};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, header};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Bytes of a request body that are read.
const BODY_MAX: usize = 1_000_000;

/// Who asks, and under which number of the record.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub user: String,
    pub scope: String,
    pub request: u64,
}

impl Caller {
    /// Refuses unless one of these scopes was granted.
    pub fn needs_one_of(&self, scopes: &[&str]) -> Result<(), ApiError> {
        let has = self.scope.split_whitespace().any(|granted| scopes.contains(&granted));
        if has { Ok(()) } else { Err(ApiError::InsufficientScope) }
    }
}

pub(super) async fn pass(State(simulator): State<Simulator>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let (method, path) = (parts.method.as_str(), parts.uri.path());
    let query = parts.uri.query().unwrap_or_default();
    let recorded = if path.starts_with("/v1/") { serde_json::from_slice(&body).ok() } else { None };
    let number = simulator.journal.arrive(method, path, query, recorded);
    let (latency, fault) = {
        let mut state = simulator.lock();
        (state.latency, state.faults.next_for(method, path, query))
    };
    if !latency.is_zero() {
        sleep(latency).await;
    }
    simulator.journal.complete(number, |record| record.faulted = fault.is_some());
    let request = Request::from_parts(parts, Body::from(body));
    let response = with_fault(&simulator, number, fault, request, next).await;
    let status = spoil::sent_status(&response);
    simulator.journal.complete(number, |record| record.status = status);
    response
}

async fn with_fault(
    simulator: &Simulator,
    number: u64,
    fault: Option<FaultAction>,
    request: Request,
    next: Next,
) -> Response {
    match fault {
        None => admitted(simulator, number, request, next).await,
        Some(FaultAction::Answer { status, body, retry_after, headers }) => {
            spoil::answer(status, body, retry_after, headers)
        }
        Some(FaultAction::Reset) => spoil::reset(),
        Some(FaultAction::Stall { ms }) => {
            sleep(Duration::from_millis(ms)).await;
            admitted(simulator, number, request, next).await
        }
        Some(FaultAction::TruncatedJson) => spoil::truncate(admitted(simulator, number, request, next).await).await,
        Some(FaultAction::WrongTypes) => spoil::swap_types(admitted(simulator, number, request, next).await).await,
        Some(FaultAction::Merge(patch)) => spoil::merge(admitted(simulator, number, request, next).await, patch).await,
        Some(FaultAction::Drip { ms_per_byte }) => {
            spoil::drip(admitted(simulator, number, request, next).await, Duration::from_millis(ms_per_byte)).await
        }
        Some(FaultAction::ApplyThenLose { status }) => {
            admitted(simulator, number, request, next).await;
            status.map_or_else(spoil::reset, |status| spoil::answer(status, None, None, Default::default()))
        }
    }
}

/// The accounts service is open; the Web API wants a token and has its limits.
async fn admitted(simulator: &Simulator, number: u64, mut request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/v1/") {
        return next.run(request).await;
    }
    let admission = admit(simulator, number, request.method(), request.uri().path(), request.headers());
    match admission {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            let replay = simulator.lock().replay.clone();
            match replay {
                Some(replay) => replayed(&replay, request, next).await,
                None => next.run(request).await,
            }
        }
        Err(error) => error.into_response(),
    }
}

/// The answer in the form that was recorded.
async fn replayed(replay: &Replay, request: Request, next: Next) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    match replay.of(method.as_str(), uri.path(), uri.query().unwrap_or_default()) {
        None => next.run(request).await,
        Some(Replayed::Refused(status)) => spoil::answer(status, None, None, Default::default()),
        Some(Replayed::Pruned(pruned)) => {
            let response = next.run(request).await;
            if response.status().is_success() { spoil::pruned(response, &pruned).await } else { response }
        }
    }
}

fn admit(
    simulator: &Simulator,
    number: u64,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
) -> Result<Caller, ApiError> {
    let mut state = simulator.lock();
    let bearer = bearer_of(&state.grants, headers)?;
    simulator.journal.complete(number, |record| {
        record.user = Some(bearer.user.clone());
        record.client = Some(bearer.client.clone());
    });
    if state.world.user(&bearer.user).is_none_or(|user| user.refused) {
        return Err(ApiError::NotRegistered);
    }
    state.limits.admit(&bearer.client, group_of(path), Instant::now()).map_err(|refusal| match refusal {
        Refusal::RateLimited { retry_after } => ApiError::RateLimited { retry_after },
        Refusal::QuotaSpent { retry_after } => ApiError::QuotaSpent { retry_after },
    })?;
    if state.look.mode == Mode::Development && removed::is_removed(method, path) {
        return Err(ApiError::Forbidden);
    }
    Ok(Caller { user: bearer.user, scope: bearer.scope, request: number })
}

fn bearer_of(grants: &super::accounts::grants::Grants, headers: &HeaderMap) -> Result<Bearer, ApiError> {
    let header = headers.get(header::AUTHORIZATION).ok_or(ApiError::MissingToken)?;
    let token = header.to_str().ok().and_then(|value| value.strip_prefix("Bearer ")).ok_or(ApiError::MissingToken)?;
    match grants.standing(token) {
        Standing::Valid(bearer) => Ok(bearer),
        Standing::Expired => Err(ApiError::ExpiredToken),
        Standing::Unknown => Err(ApiError::InvalidToken),
    }
}

/// The bytes of an answer, for those who change it.
async fn body_bytes(body: Body) -> Bytes {
    to_bytes(body, usize::MAX).await.unwrap_or_default()
}
