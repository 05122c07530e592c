"""What the people of a demo city say: believable, and about no real place or person."""

WORDS = {
    "lampu-jalan": [
        ("Lampu jalan di depan sekolah padam sudah tiga malam. Anak-anak pulang mengaji dalam gelap.", "Depan SDN"),
        ("Tiga lampu berturut-turut mati, jalan jadi sangat gelap dan rawan begal.", "Dekat pos ronda RW 05"),
        ("Lampu PJU berkedip terus sejak hujan kemarin, takut konslet.", "Samping minimarket"),
        ("Tiang lampu miring setelah tertabrak truk, mohon segera diperbaiki sebelum roboh.", "Pertigaan pasar"),
    ],
    "jalan-rusak": [
        ("Lubang besar di tengah jalan, kemarin ada pengendara motor jatuh.", "Seberang bengkel motor"),
        ("Aspal mengelupas sepanjang kurang lebih 20 meter, kalau hujan tertutup air.", "Depan kantor kelurahan"),
        ("Bekas galian kabel tidak ditutup rapi, jalan jadi bergelombang.", "Gang masuk perumahan"),
        ("Jalan ambles di dekat jembatan kecil, mobil harus bergantian lewat.", "Jembatan kali"),
    ],
    "sampah": [
        ("Tumpukan sampah liar di lahan kosong, bau sampai ke rumah warga.", "Lahan kosong sebelah musala"),
        ("Bak sampah penuh dan belum diangkut hampir seminggu.", "TPS belakang pasar"),
        ("Ada yang membuang kasur dan perabot bekas di pinggir jalan.", "Pinggir kali"),
    ],
    "drainase": [
        ("Saluran air tersumbat, setiap hujan deras air masuk ke halaman rumah.", "RT 03 dekat lapangan"),
        ("Jalan tergenang sekitar 30 cm sejak subuh, motor banyak yang mogok.", "Depan gerbang perumahan"),
        ("Tutup gorong-gorong hilang, berbahaya untuk pejalan kaki malam hari.", "Depan apotek"),
    ],
    "lalu-lintas": [
        ("Mobil parkir di kedua sisi jalan setiap sore sehingga angkot tidak bisa lewat.", "Depan ruko"),
        ("Lampu merah mati sejak pagi, antrean panjang dan hampir terjadi tabrakan.", "Perempatan"),
        ("Rambu dilarang masuk tertutup dahan pohon, banyak yang salah jalan.", "Simpang tiga"),
    ],
    "pohon": [
        ("Pohon besar tumbang menutup separuh badan jalan.", "Dekat taman lingkungan"),
        ("Dahan pohon kering menjuntai di atas kabel listrik, mohon dipangkas.", "Depan rumah nomor 12"),
        ("Lampu dan bangku taman rusak, rumput setinggi lutut.", "Taman RW"),
    ],
    "trotoar": [
        ("Ubin trotoar lepas dan jalur pemandu tunanetra terputus.", "Depan halte"),
        ("Trotoar dipakai berjualan, pejalan kaki dan kursi roda terpaksa turun ke jalan.", "Sekitar stasiun"),
    ],
}

FINISHED = {
    "lamp": "Lampu LED 90 watt dan fitting diganti, jaringan diperiksa. Lampu menyala normal.",
    "pothole": "Lubang dibersihkan dan ditambal dengan hotmix, sudah dipadatkan.",
    "rubbish": "Sampah diangkut dua truk, lokasi dibersihkan, dan dipasang bak serta papan larangan.",
    "flood": "Sedimen dikeruk dan saluran dibersihkan, air sudah mengalir lancar.",
    "traffic": "Petugas menertibkan parkir dan memperbaiki rambu. Lalu lintas kembali lancar.",
    "tree": "Pohon dipotong dan diangkut, jalan dapat dilalui kembali.",
    "pavement": "Ubin dan jalur pemandu dipasang kembali.",
}

PRAISE = [
    (5, "Cepat sekali, terima kasih!"),
    (5, "Sudah terang kembali. Mantap."),
    (4, "Terima kasih, hasilnya rapi."),
    (4, ""),
    (3, "Sudah dikerjakan tetapi agak lama."),
    (2, "Belum sepenuhnya beres, sebagian masih rusak."),
]

TAILS = [
    "",
    "Mohon segera ditindaklanjuti.",
    "Sudah dilaporkan ke ketua RT tetapi belum ada perubahan.",
    "Terima kasih sebelumnya.",
    "Kasihan anak sekolah yang lewat setiap pagi.",
    "Keadaannya makin parah kalau hujan.",
    "Sudah hampir dua minggu seperti ini.",
]

REPLIES = [
    "Petugas sudah di lokasi dan mulai bekerja.",
    "Laporan sudah kami terima, regu dijadwalkan besok pagi.",
    "Terima kasih, kami sedang menyiapkan alat dan bahan.",
]

QUESTIONS = [
    ("Boleh tahu nomor tiang atau rumah terdekatnya?", "Dekat rumah nomor 14, seberang warung."),
    ("Apakah genangan masih ada sore ini?", "Masih, kira-kira setinggi mata kaki."),
    ("Bisa kirim foto dari sisi jalan?", "Baik, kerusakannya di sisi kiri dari arah pasar."),
]

POSTPONED = ["Menunggu suku cadang lampu dari penyedia.", "Menunggu cuaca kering untuk pengaspalan."]
INSTITUTIONS = [
    # name, what it is responsible for, telephone, address
    ("PLN", "Listrik padam, kabel dan gardu listrik", "123", "https://www.pln.co.id"),
    ("PDAM", "Air tidak mengalir, pipa bocor", "", ""),
    ("Dinas PUPR Provinsi Banten", "Jalan dan jembatan provinsi", "", ""),
]
NOT_OURS = [
    ("Dinas PUPR Provinsi Banten", "Jalan ini milik pemerintah provinsi, bukan kota."),
    ("PLN", "Kabel dan tiang ini milik PLN. Saat menghubungi, sebutkan nomor tiang."),
]
TASKS = ["Amankan lokasi dan perbaiki bagian yang rusak.", "Rapikan sisa material dan bersihkan saluran di sampingnya."]
ARCHIVED = ["Lokasi sudah diperiksa dua kali, keadaan yang dilaporkan tidak ditemukan.", "Isi laporan tidak jelas."]
NOT_SOLVED = ["Baru dua hari sudah rusak lagi.", "Hanya sebagian yang diperbaiki, lubang di ujung masih ada."]
RETURNED = ["Foto belum memperlihatkan seluruh titik, mohon dituntaskan.", "Masih ada sisa material di bahu jalan."]
HANDED_OVER = ["Setelah dicek, ini kewenangan dinas Anda.", "Lokasinya di taman kota, mohon ditangani."]
NOTES = ["Sudah ditelepon, pelapor kooperatif.", "Gabungkan dengan jadwal regu hari Kamis."]
