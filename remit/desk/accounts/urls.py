"""The addresses of sign-in and of a person's own account: allauth's views under our words."""

from allauth.account import views
from django.urls import include, path

urlpatterns = [
    path("sign-in/", views.login, name="account_login"),
    path("sign-out/", views.logout, name="account_logout"),
    path("sign-up/", views.signup, name="account_signup"),
    path("account/again/", views.reauthenticate, name="account_reauthenticate"),
    path("account/addresses/", views.email, name="account_email"),
    path("account/password/", views.password_change, name="account_change_password"),
    path("account/password/set/", views.password_set, name="account_set_password"),
    path("account/forgotten/", views.password_reset, name="account_reset_password"),
    path("account/forgotten/sent/", views.password_reset_done, name="account_reset_password_done"),
    path(
        "account/forgotten/<slug:uidb36>-<key>/",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "account/forgotten/changed/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("account/inactive/", views.account_inactive, name="account_inactive"),
    path("account/confirm/", views.email_verification_sent, name="account_email_verification_sent"),
    path("account/confirm/<key>/", views.confirm_email, name="account_confirm_email"),
    path("account/second-step/", include("allauth.mfa.urls")),
]
