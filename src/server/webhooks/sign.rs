//! Secrets and signatures of messages: the symmetric scheme of the Standard Webhooks specification.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

const PREFIX: &str = "whsec_";
const SECRET_LEN: usize = 32;

/// A new secret, as it is shown to people.
///
/// # Errors
/// If the operating system gives no randomness.
pub fn new_secret() -> Result<SecretString, crate::server::seal::SealError> {
    let mut secret = [0; SECRET_LEN];
    getrandom::fill(&mut secret).map_err(|_| crate::server::seal::SealError::NoRandomness)?;
    Ok(format!("{PREFIX}{}", STANDARD.encode(secret)).into())
}

/// The value of `webhook-signature`; `None` for a secret that is none of ours.
pub fn signature(secret: &SecretString, id: &str, timestamp_s: i64, body: &str) -> Option<String> {
    let key = STANDARD.decode(secret.expose_secret().strip_prefix(PREFIX)?).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(format!("{id}.{timestamp_s}.{body}").as_bytes());
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification_is_signed_as_there() {
        // github.com/standard-webhooks/standard-webhooks, the test vector of its libraries.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned().into();
        let signed = signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        assert_eq!(signed.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
        assert_ne!(new_secret().unwrap().expose_secret(), new_secret().unwrap().expose_secret());
        assert_eq!(signature(&"hush".to_owned().into(), "a", 1, "b"), None);
    }
}
