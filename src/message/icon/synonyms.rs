//! Words by which authors look for icons, where the list has another word.

/// Words, and the icons that show what they mean, best first.
const SYNONYMS: &[(&[&str], &[&str])] = &[
    (&["ADDRESS", "GPS", "LOCATION", "PIN", "آدرس", "مکان"], &["MAP_MARKER", "PLACE", "PIN_VARIANT"]),
    (&["AGREEMENT", "CONTRACT", "DEAL", "HANDSHAKE", "قرارداد"], &["SHAKING_HANDS", "TERMS", "SCRIPT_TEXT"]),
    (&["ALARM", "NOTIFICATION", "NOTIFICATIONS", "NOTIFY", "RING"], &["BELL"]),
    (&["ALERT", "ATTENTION", "CAUTION", "DANGER", "ERROR", "EXCLAMATION"], &["WARNING"]),
    (&["APPROVE", "APPROVED", "CONFIRM", "DONE", "OK", "SUCCESS", "TICK", "تایید"], &["CHECK_CIRCLE", "CHECKED"]),
    (&["ARROW", "FORWARD", "NEXT"], &["ARROW_FORWARD", "KEYBOARD_ARROW_RIGHT"]),
    (&["AUTO", "AUTOMOBILE", "VEHICLE", "خودرو", "ماشین"], &["CAR", "CARS"]),
    (&["BACK", "PREVIOUS", "RETURN"], &["KEYBOARD_ARROW_LEFT"]),
    (&["BAG", "BASKET", "BUY", "PURCHASE", "SHOPPING_BAG", "SHOPPING_CART", "خرید"], &["CART", "SHOPPING"]),
    (&["BAN", "FORBIDDEN"], &["BLOCK"]),
    (&["BIKE"], &["BICYCLE", "MOTORCYCLES"]),
    (&["BILL", "FACTOR", "INVOICE", "ORDER", "RECEIPT", "فاکتور"], &["SCRIPT_TEXT", "EVENT_NOTE", "ARTICLE_OUTLINE"]),
    (&["BIN", "ERASE", "GARBAGE", "TRASH", "حذف"], &["DELETE", "TRASH_O", "TRASH_F"]),
    (&["BOT", "ROBOT"], &["CHATBOT", "CHATBOT_OUTLINE"]),
    (&["BUBBLE", "COMMENT", "CONVERSATION", "MESSAGE", "TALK", "گفتگو", "پیام"], &["CHAT_BUBBLE", "TEXT_SMS_OUTLINE"]),
    (&["CASH", "CURRENCY", "DOLLAR", "PRICE", "پول", "قیمت"], &["MONEY", "MONEY_BILLS", "TOMAN_SIGN"]),
    (&["CERTIFICATE", "GUARANTEE", "INSURANCE", "SECURE", "SECURITY", "SHIELD", "WARRANTY"], &["SHIELD_CHECK"]),
    (&["CHECK"], &["CHECK_CIRCLE", "CHECKED", "CHECK_BOX"]),
    (&["CHECKOUT", "CREDIT_CARD", "DEPOSIT", "PAY", "PAID", "پرداخت"], &["PAYMENT", "PAYMENT_OUTLINE", "WALLET"]),
    (&["CLIPBOARD", "COPY", "DUPLICATE"], &["CONTENT_COPY"]),
    (&["COG", "CONFIG", "CONFIGURATION", "GEAR", "OPTIONS", "PREFERENCES", "تنظیمات"], &["SETTINGS", "TUNE"]),
    (&["COMPLAINT", "FLAG"], &["REPORT"]),
    (&["CONTACT", "CONTACTS", "TEL", "تلفن", "تماس"], &["TELEPHONE", "CALL", "CONTACT_PHONE"]),
    (&["CROSS", "REJECT", "X"], &["CLOSE", "CANCEL", "CLOSE_CIRCLE"]),
    (&["DATE", "SCHEDULE", "تاریخ"], &["CALENDAR_TEXT", "EVENT"]),
    (&["DELIVERY", "SHIP", "SHIPMENT", "SHIPPING", "TRACKING", "TRUCK", "ارسال"], &["LOCAL_SHIPPING"]),
    (&["DISLIKE"], &["THUMB_DOWN", "THUMB_DOWN_BORDER"]),
    (&["DOC", "DOCS", "DOCUMENT", "DOCUMENTS", "PDF"], &["FILE", "ARTICLE_OUTLINE", "FILE_O"]),
    (&["ENVELOPE", "MAIL"], &["EMAIL_OUTLINE"]),
    (&["EYE", "SEE", "SHOW", "VIEW", "WATCH"], &["VISIBILITY"]),
    (&["FAQ", "HELP_CENTER", "QUESTION", "راهنما"], &["HELP", "HELP_OUTLINE"]),
    (&["FAVORITE", "FAVOURITE", "LOVE"], &["HEART", "BOOKMARK", "STAR"]),
    (&["FIX", "REPAIR", "SERVICE", "WRENCH"], &["BUILD_CIRCLE", "TOOLBOX"]),
    (&["GLOBE", "INTERNET", "WEB", "WEBSITE", "SITE", "URL", "لینک"], &["LINK", "LAUNCH"]),
    (&["HEADSET", "OPERATOR", "پشتیبانی"], &["SUPPORT_AGENT", "SUPPORT"]),
    (&["HIDE"], &["EYE_OFF"]),
    (&["HOUSE", "HOMEPAGE", "خانه"], &["HOME", "VILLA"]),
    (
        &["IMAGE", "IMAGES", "PHOTO", "PHOTOS", "PICTURE", "PICTURES", "عکس"],
        &["IMAGE_OUTLINE", "IMAGE_MULTIPLE", "PHOTO_LIBRARY"],
    ),
    (&["INFORMATION", "ABOUT"], &["INFO", "INFO_OUTLINE"]),
    (&["INSPECTION"], &["CAR_INSPECTION", "HOME_INSPECTION", "MOBILE_INSPECTION"]),
    (&["LIKE", "VOTE"], &["THUMB_UP", "THUMB_UP_BORDER", "HEART"]),
    (&["MAP"], &["MAP_MARKER", "MAP_VIEW", "WORLD_MAP"]),
    (&["MENU"], &["MORE_VERT", "MORE_HORIZONTAL_O", "TOC"]),
    (&["MINUS"], &["REMOVE"]),
    (&["MOBILE", "CELLPHONE"], &["SMARTPHONE", "MOBILE_PHONES", "MOBILE_1"]),
    (&["PEN", "PENCIL", "WRITE", "MODIFY", "ویرایش"], &["EDIT", "NOTE_OUTLINE"]),
    (&["PHONE"], &["TELEPHONE", "CALL", "SMARTPHONE"]),
    (&["PLUS", "NEW", "CREATE"], &["ADD", "ADD_CIRCLE"]),
    (&["ACCOUNT", "CUSTOMER", "PROFILE", "USER", "کاربر"], &["PERSON", "PERSON_ADD", "VERIFIED_USER"]),
    (&["MARKET", "SHOP", "فروشگاه"], &["STORE", "STORE_OUTLINE", "SHOPPING"]),
    (&["RATE", "RATING", "SCORE", "REVIEW"], &["STAR", "STAR_BORDER", "POST_FEEDBACK"]),
    (&["RELOAD", "RETRY", "SYNC", "UPDATE"], &["REFRESH"]),
    (&["SEARCH", "FIND", "MAGNIFIER", "جستجو"], &["ARTICLE_MAGNIFIER", "INSPECT"]),
];

/// Returns the icons that show what a word means, best first. `word`: in upper case.
pub(super) fn of(word: &str) -> &'static [&'static str] {
    let entry = SYNONYMS.iter().find(|(words, _)| words.contains(&word));
    entry.map_or(&[], |(_, icons)| icons)
}

#[cfg(test)]
mod tests {
    use super::SYNONYMS;
    use crate::message::icons;

    #[test]
    fn every_synonym_leads_to_icons_and_is_listed_once() {
        let mut words: Vec<&str> = SYNONYMS.iter().flat_map(|(words, _)| *words).copied().collect();
        assert!(SYNONYMS.iter().flat_map(|(_, names)| *names).all(|name| icons().contains(name)));
        assert!(words.iter().all(|word| !icons().contains(word)));
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
    }
}
