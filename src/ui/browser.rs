//! What only a browser can do, said once; on the server these do nothing.

/// Asks our own server; gives status and body. `Err` where no answer came.
#[cfg(feature = "hydrate")]
pub async fn get_text(path: &str) -> Result<(u16, String), ()> {
    let answer = gloo_net::http::Request::get(path).send().await.map_err(drop)?;
    let text = answer.text().await.map_err(drop)?;
    Ok((answer.status(), text))
}

/// Pages on the server read through server functions.
#[cfg(not(feature = "hydrate"))]
pub async fn get_text(_path: &str) -> Result<(u16, String), ()> {
    Err(())
}

/// Server-sent events of our own server, until this is dropped. The browser comes back by itself where a stream breaks.
#[cfg(feature = "hydrate")]
pub struct Listening {
    source: web_sys::EventSource,
    _tell: wasm_bindgen::closure::Closure<dyn FnMut(web_sys::MessageEvent)>,
}

#[cfg(feature = "hydrate")]
impl Listening {
    /// Listens to events of these kinds; `tell` gets kind and body. `None` where the browser cannot.
    pub fn to(path: &str, kinds: &[&str], tell: impl Fn(String, String) + 'static) -> Option<Self> {
        use wasm_bindgen::JsCast;
        let source = web_sys::EventSource::new(path).ok()?;
        let tell = wasm_bindgen::closure::Closure::new(move |event: web_sys::MessageEvent| {
            tell(event.type_(), event.data().as_string().unwrap_or_default());
        });
        for kind in kinds {
            source.add_event_listener_with_callback(kind, tell.as_ref().unchecked_ref()).ok()?;
        }
        Some(Self { source, _tell: tell })
    }

    /// Refused by the server: the browser will not come back.
    pub fn is_over(&self) -> bool {
        self.source.ready_state() == web_sys::EventSource::CLOSED
    }
}

#[cfg(feature = "hydrate")]
impl Drop for Listening {
    fn drop(&mut self) {
        self.source.close();
    }
}

/// Pages on the server are made once and hear nothing.
#[cfg(not(feature = "hydrate"))]
pub struct Listening;

#[cfg(not(feature = "hydrate"))]
impl Listening {
    /// There is nothing to listen to.
    pub fn to(_path: &str, _kinds: &[&str], _tell: impl Fn(String, String) + 'static) -> Option<Self> {
        None
    }

    /// It never began.
    pub fn is_over(&self) -> bool {
        true
    }
}

/// What the person has said to notifications of this browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MayNotify {
    Yes,
    No,
    NotAsked,
    /// This browser has none, or not over this connection.
    Never,
}

/// The browser's `Notification`, by reflection: the typed one would come with much that is not needed.
#[cfg(feature = "hydrate")]
fn notification() -> Option<web_sys::js_sys::Function> {
    use wasm_bindgen::JsCast;
    let found = web_sys::js_sys::Reflect::get(&web_sys::js_sys::global(), &"Notification".into()).ok()?;
    found.dyn_into().ok()
}

/// Whether this browser may notify.
#[cfg(feature = "hydrate")]
pub fn may_notify() -> MayNotify {
    let Some(notification) = notification() else { return MayNotify::Never };
    let said = web_sys::js_sys::Reflect::get(&notification, &"permission".into());
    match said.ok().and_then(|said| said.as_string()).as_deref() {
        Some("granted") => MayNotify::Yes,
        Some("denied") => MayNotify::No,
        _ => MayNotify::NotAsked,
    }
}

/// Asks the person, who has just pressed a button for that; gives what they said.
#[cfg(feature = "hydrate")]
pub async fn ask_to_notify() -> MayNotify {
    use wasm_bindgen::JsCast;
    use web_sys::js_sys::{Function, Promise, Reflect};
    let Some(notification) = notification() else { return MayNotify::Never };
    let ask = Reflect::get(&notification, &"requestPermission".into()).and_then(JsCast::dyn_into::<Function>);
    let answer = ask.and_then(|ask| ask.call0(&notification)).and_then(JsCast::dyn_into::<Promise>);
    if let Ok(answer) = answer {
        // However it ended, the browser knows what was said.
        let _ = wasm_bindgen_futures::JsFuture::from(answer).await;
    }
    may_notify()
}

/// Shows a notification, if the person allowed it.
#[cfg(feature = "hydrate")]
pub fn notify(title: &str) {
    use web_sys::js_sys::{Array, Reflect};
    if may_notify() == MayNotify::Yes
        && let Some(notification) = notification()
    {
        // Some browsers notify only from a worker; then the page itself says it.
        let _ = Reflect::construct(&notification, &Array::of1(&title.into()));
    }
}

/// Pages on the server notify nobody.
#[cfg(not(feature = "hydrate"))]
pub fn may_notify() -> MayNotify {
    MayNotify::Never
}

/// The same.
#[cfg(not(feature = "hydrate"))]
pub async fn ask_to_notify() -> MayNotify {
    MayNotify::Never
}

/// The same.
#[cfg(not(feature = "hydrate"))]
pub fn notify(_title: &str) {}

/// From now on links and forms work as if there were no scripts: nobody of ours hears of a click or a submission.
#[cfg(feature = "hydrate")]
pub fn leave_to_browser() {
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;
    let Some(window) = web_sys::window() else { return };
    let stop = Closure::<dyn FnMut(web_sys::Event)>::new(|event: web_sys::Event| event.stop_immediate_propagation());
    for kind in ["click", "submit"] {
        // Before everybody else, on the way down. Where it fails, the page is as it was.
        let _ = window.add_event_listener_with_callback_and_bool(kind, stop.as_ref().unchecked_ref(), true);
    }
    stop.forget();
}

/// There are no clicks on the server.
#[cfg(not(feature = "hydrate"))]
pub fn leave_to_browser() {}
