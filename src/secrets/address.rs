//! Addresses on public ledgers: they are told to everybody, for all that they look random.

use sha2::{Digest as _, Sha256};

use super::base64;
use crate::text::parts;

const BASE58: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BECH32: &[u8] = b"023456789acdefghjklmnpqrstuvwxyz";

/// The readable parts that Bech32 addresses begin with, up to the `1`.
const LEDGERS: &[&str] = &[
    "addr", "akash", "bc", "bnb", "celestia", "cosmos", "inj", "juno", "kava", "ltc", "osmo", "sei", "stake",
    "tb", "terra",
];

/// What says of a token that it is one to trade, not one to show.
const TRADED: &[&str] = &[
    "from", "to", "in", "out", "input", "output", "base", "quote", "sell", "buy", "source", "target",
    "destination", "native", "wrapped", "reward", "staking", "pool", "mint", "erc20", "spl", "usdc", "usdt",
    "weth", "payment", "src", "dst", "dest", "bridge", "collateral", "debt", "borrow", "supply", "deposit",
    "asset", "lp", "swap", "gas", "stable", "underlying", "dai", "wbtc",
];

/// Whether `value` is such an address; of the forms that keys have too, only where `name` tells.
pub(super) fn is_address(name: &str, value: &str) -> bool {
    is_account(value)
        || is_bech32(value)
        || is_checked(value)
        || is_type(value)
        || is_traded(name)
            && (is_of_32_bytes(value)
                || is_ton(value)
                || base58(value).is_some_and(|bytes| bytes.len() == 32))
}

/// The type of a coin of Sui or Aptos: `0x...::usdc::USDC`.
fn is_type(value: &str) -> bool {
    value.split_once("::").is_some_and(|(address, _)| hexadecimal(address).is_some())
}

/// The 36 bytes of an account of TON, of which the first tells what may be sent to it.
fn is_ton(value: &str) -> bool {
    let bytes = base64::decoded(value).filter(|bytes| value.len() == 48 && bytes.len() == 36);
    bytes.is_some_and(|bytes| matches!(bytes[0] & 0x7f, 0x11 | 0x51))
}

/// `0x` and the 20 bytes of an account or contract; a private key has 32.
fn is_account(value: &str) -> bool {
    hexadecimal(value).is_some_and(|digits| digits == 40)
}

fn is_of_32_bytes(value: &str) -> bool {
    hexadecimal(value).is_some_and(|digits| (60..=64).contains(&digits))
}

/// The number of hexadecimal digits behind `0x`.
fn hexadecimal(value: &str) -> Option<usize> {
    let digits = value.strip_prefix("0x").or_else(|| value.strip_prefix("0X"))?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(digits.len())
}

fn is_bech32(value: &str) -> bool {
    value.split_once('1').is_some_and(|(ledger, data)| {
        LEDGERS.contains(&ledger) && data.len() >= 38 && data.bytes().all(|byte| BECH32.contains(&byte))
    })
}

/// `Base58Check` of 21 bytes, an address of Bitcoin and its kin; a private key has 33 or 34.
fn is_checked(value: &str) -> bool {
    let Some(bytes) = base58(value).filter(|bytes| bytes.len() == 25) else { return false };
    let (payload, check) = bytes.split_at(21);
    Sha256::digest(Sha256::digest(payload)).starts_with(check)
}

/// Whether the name is one of a token that is traded: `to_token`, `tokenIn`, `BASE_TOKEN`.
fn is_traded(name: &str) -> bool {
    let words = parts(name);
    words.iter().any(|word| word == "token") && words.iter().any(|word| TRADED.contains(&word.as_str()))
}

/// The bytes that a text in Base58 stands for; none for what is no address by its length.
fn base58(value: &str) -> Option<Vec<u8>> {
    if !(25..=44).contains(&value.len()) {
        return None;
    }
    let mut bytes: Vec<u8> = Vec::new();
    for letter in value.bytes() {
        let mut carry = u32::try_from(BASE58.iter().position(|known| *known == letter)?).ok()?;
        for byte in &mut bytes {
            carry += u32::from(*byte) * 58;
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
        while carry > 0 {
            bytes.push((carry & 0xff) as u8);
            carry >>= 8;
        }
    }
    let zeros = value.bytes().take_while(|letter| *letter == b'1').count();
    bytes.extend(std::iter::repeat_n(0, zeros));
    bytes.reverse();
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_addresses_from_keys() {
        for (name, value, expected) in [
            ("token", "0x7f2b9c41d05e8a36f1c4b7029d8e5a63b0c1f4d2", true),
            ("API_TOKEN", "0xdAC17F958D2ee523a2206206994597C13D831ec7", true),
            ("token", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", true),
            ("token", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", true),
            ("token", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", true),
            ("token", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", false),
            ("to_token", "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v", true),
            ("tokenIn", "So11111111111111111111111111111111111111112", true),
            ("auth_token", "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v", false),
            ("private_key", "0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318", false),
            ("secret", "0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318", false),
            ("secret", "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ", false),
            ("to_token", "9fK2mQ7xWv4RtB8nLz3Yd6Hs", false),
            ("to_token", "EQBynBO23ywHy_CgarY9NK9FTz0yDsG82PTcbSTQgGoXwiuA", true),
            ("auth_token", "EQBynBO23ywHy_CgarY9NK9FTz0yDsG82PTcbSTQgGoXwiuA", false),
            ("token", "0x5d4b302506645c37ff133b98c4b50a5ae14841659738d6d733d59d0d217a93bf::coin::COIN", true),
        ] {
            assert_eq!(is_address(name, value), expected, "{name} {value}");
        }
    }
}
