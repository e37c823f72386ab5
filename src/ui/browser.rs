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
