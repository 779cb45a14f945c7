from django.urls import path

from zhibu.apps.dues.views import board, books, online, own, paper

urlpatterns = [
    path("dues/", board.board, name="dues-board"),
    path("dues/branch/<uuid:uid>/", board.branch, name="dues-branch"),
    path("dues/branch/<uuid:uid>/list/", paper.monthly_list, name="dues-list"),
    path("dues/branch/<uuid:uid>/sheet/", paper.base_sheet, name="dues-sheet"),
    path("dues/missing/", board.missing, name="dues-missing"),
    path("dues/reconcile/", books.reconcile, name="dues-reconcile"),
    path("dues/books/<uuid:uid>/", books.books, name="dues-books"),
    path("dues/notices/", books.notices, name="dues-notices"),
    path("me/dues/", own.dues, name="my-dues"),
    path("me/dues/order/", own.latest_order, name="dues-order-latest"),
    path("me/dues/order/<uuid:uid>/", own.order, name="dues-order"),
    path("me/dues/receipt/<uuid:uid>/", own.receipt, name="my-receipt"),
    path("me/dues/report/<uuid:uid>/", own.report, name="my-dues-report"),
    path("dues/notice/<slug:provider>/", online.notice, name="dues-notice"),
    path("dues/test-pay/<slug:number>/", online.test_pay, name="dues-test-pay"),
]
