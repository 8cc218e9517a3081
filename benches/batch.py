"""Does what `kenarc render --batch` does with templates/order-tracking.yaml, with jinja2 and json."""

import json
import sys

from jinja2 import Environment, StrictUndefined

environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True)
MESSAGE = environment.from_string(
    """\
{% if status == "preparing" -%}
سفارش «{{ item }}» ثبت شد و در حال آماده‌سازی است.
{%- elif status == "shipped" -%}
سفارش «{{ item }}» به {{ carrier }} سپرده شد و در راه است.
{%- else -%}
سفارش «{{ item }}» به دست خریدار رسید.
{%- endif %}
شمارهٔ سفارش: {{ order_id }}
{%- if delivery_time and status != "delivered" %}
زمان تقریبی تحویل: {{ delivery_time }}
{%- endif %}"""
)
CAPTION = environment.from_string(
    """رهگیری بستهٔ {{ ["اول", "دوم", "سوم"][index] if length > 1 else "سفارش" }}"""
)
LINK = environment.from_string(
    "https://app.example/track/{{ order_id | urlencode }}?code={{ parcel.code | urlencode }}"
)
DEFAULTS = {"carrier": "پست", "delivery_time": "", "parcels": []}


def button(icon, caption, **action):
    return {"action": action, "icon": icon, "caption": caption}


def render(row):
    values = {**DEFAULTS, **row}
    order = {"order_id": values["order_id"]}
    sender = [button("INVENTORY", "مدیریت سفارش", open_server_link={"data": {"page": "order", **order}})]
    if values["status"] == "preparing":
        action = {"data": {"page": "shipping", **order}}
        sender.append(button("LOCAL_SHIPPING", "ثبت کد رهگیری", open_server_link=action))
    receiver = []
    if values["status"] == "shipped":
        parcels = values["parcels"]
        for index, parcel in enumerate(parcels):
            caption = CAPTION.render(index=index, length=len(parcels))
            link = LINK.render(order_id=values["order_id"], parcel=parcel)
            receiver.append({"buttons": [button("LOCAL_SHIPPING", caption, open_direct_link=link)]})
    if values["status"] == "delivered":
        received = button("CHECK_CIRCLE", "کالا سالم رسید", get_dynamic_action={"data": {**order, "received": True}})
        problem = button("REPORT", "گزارش مشکل", open_server_link={"data": {"page": "problem", **order}})
        receiver.append({"buttons": [received, problem]})
    message = {"type": "TEXT", "message": MESSAGE.render(values), "sender_buttons": {"rows": [{"buttons": sender}]}}
    if receiver:
        message["receiver_buttons"] = {"rows": receiver}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def main():
    with open(sys.argv[1], encoding="utf-8") as rows, open(sys.argv[2], "w", encoding="utf-8") as out:
        for line in rows:
            out.write(render(json.loads(line)) + "\n")


main()
