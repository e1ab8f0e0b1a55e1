import { lazy } from 'react';
import { Navigate, Route, Routes } from 'react-router';

import { Layout } from './Layout';
import { NotFoundPage } from './NotFoundPage';

// Each page is a chunk of its own.
const ConversationsPage = lazy(() => import('@/features/conversations/ConversationsPage'));
const PhoneNumbersPage = lazy(() => import('@/features/phone-numbers/PhoneNumbersPage'));
const PortingPage = lazy(() => import('@/features/porting/PortingPage'));
const RegistrationPage = lazy(() => import('@/features/registration/RegistrationPage'));
const AnalyticsPage = lazy(() => import('@/features/analytics/AnalyticsPage'));
const PlatformPage = lazy(() => import('@/features/platform/PlatformPage'));
const PortingDeskPage = lazy(() => import('@/features/porting/PortingDeskPage'));
const RegistrationDeskPage = lazy(() => import('@/features/registration/RegistrationDeskPage'));
const SettingsPage = lazy(() => import('@/features/settings/SettingsPage'));
const BillingPage = lazy(() => import('@/features/billing/BillingPage'));

export function Pages() {
  return (
    <Routes>
      <Route element={<Layout />}>
        <Route index element={<Navigate to="/conversations" replace />} />
        <Route path="conversations/:id?" element={<ConversationsPage />} />
        <Route path="settings/phone-numbers" element={<PhoneNumbersPage />} />
        <Route path="settings/phone-numbers/porting/*" element={<PortingPage />} />
        <Route path="settings/phone-numbers/registration" element={<RegistrationPage />} />
        <Route path="settings/phone-numbers/analytics" element={<AnalyticsPage />} />
        <Route path="admin" element={<Navigate to="/admin/analytics" replace />} />
        <Route path="admin/analytics" element={<PlatformPage />} />
        <Route path="admin/porting/*" element={<PortingDeskPage />} />
        <Route path="admin/registration" element={<RegistrationDeskPage />} />
        <Route path="settings/workspace" element={<SettingsPage />} />
        <Route path="billing" element={<BillingPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
